import type { ValuePath } from '../source-text/value-path.ts';

/** The name of the environment that the top of a config describes. */
export const BASE_ENVIRONMENT = '';

/** A tenant that the Actions are built for; layouts and verifiers serve all of them. */
export interface Environment {
  /** BASE_ENVIRONMENT or a key of `environments`. */
  readonly name: string;
  /** The catalog's path as the config writes it. */
  readonly catalog: string;
  /** Where the config writes it. */
  readonly catalogAt: ValuePath;
  readonly keywords: Readonly<Record<string, unknown>>;
  /** The tenant's domain for managementApi, where it differs from the one there. */
  readonly domain: string | undefined;
  /** The API identifiers that differ here, by audience name. */
  readonly audiences: ReadonlyMap<string, string>;
}
