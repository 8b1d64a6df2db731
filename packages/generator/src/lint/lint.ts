import type { LintCode } from '../lint-code.ts';
import { formatPath, type ValuePath } from '../source-text/value-path.ts';

/** What a tenant or a config has that would surprise its owner. An error ends the build; a warning is in the report. */
export interface Lint {
  readonly code: LintCode;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** The place: a path in the config, or an object of the tenant. */
  readonly where: string;
  /** The place in the config as keys and indexes. */
  readonly path?: ValuePath;
  /** How to fix it, in the imperative. */
  readonly fix: string;
}

/** A place in the config. */
export function inConfig(path: ValuePath): { readonly where: string; readonly path: ValuePath } {
  return { where: formatPath(path), path };
}
