/** Publishing a change: fills in what is the same for all, checks names, appends. */
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { ChangesError } from './errors.ts';
import type { ChangeLog } from './log.ts';

/** A change record without what `publish` fills in. */
export type Change = Omit<ChangeRecord, 'v' | 'at'> & {
  /** Milliseconds since 1970 at which the change was complete: `changedAt(response)` where it was made by an HTTP call. By default now and 5 s. */
  readonly at?: number | undefined;
};

/** What `publish` needs of a layout: what `claimgen build` writes has it. */
export interface NamedLayout {
  readonly name: string;
  readonly lineages: readonly (readonly { readonly permissions: readonly string[] }[])[];
}

export interface PublishOptions {
  /** Names that none of these layouts has are refused: without them a misspelt name is published, and does nothing. */
  readonly layouts?: readonly NamedLayout[];
  /** Returns the time, by default the system's. */
  readonly clock?: () => Date;
}

/** Milliseconds that clocks, ours and the issuer's, are allowed for. */
const CLOCKS = 5000;

/**
 * Publishes a change of permissions, or several at once. Resolves when it is durable: from then on, and after the log's lag,
 * tokens that are older need a refresh for these names. Call it when the change is made, never before.
 * Rejects with a ChangesError.
 *
 * @example
 * await publish(log, { sub: 'auth0|507f…', lost: ['orders:refund'] });
 * @example
 * await publish(log, { sub: 'auth0|507f…', out: true }); // after the user was blocked
 */
export async function publish(
  log: Pick<ChangeLog, 'append'>,
  changes: Change | readonly Change[],
  { layouts, clock = () => new Date() }: PublishOptions = {},
): Promise<void> {
  const at = clock().getTime() + CLOCKS;
  const list: readonly Change[] = Array.isArray(changes) ? changes : [changes];
  if (layouts !== undefined) for (const change of list) checkNames(change, layouts);
  await log.append(list.map((change): ChangeRecord => ({ ...change, v: 1, at: change.at ?? at })));
}

/**
 * When the change that an HTTP response tells of was complete, in ms since 1970 by the issuer's clock: its `Date`, which is
 * rounded down to a second, and 1 s. Undefined without a `Date` that can be read.
 */
export function changedAt(response: {
  readonly headers: { get(name: string): string | null };
}): number | undefined {
  const text = response.headers.get('date') ?? '';
  // Date.parse alone makes a date of `5`, long past: a change then would void no token.
  const date = / GMT$/u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date + 1000;
}

function checkNames({ aud, lost, gained }: Change, layouts: readonly NamedLayout[]): void {
  const meant = aud === undefined ? layouts : layouts.filter(({ name }) => name === aud);
  if (meant.length === 0) {
    throw new ChangesError(
      'record_invalid',
      `no layout is named ${JSON.stringify(aud)}`,
      `Name one of ${layouts.map(({ name }) => name).join(', ')}: the audience as the config names it`,
    );
  }
  const known = new Set(
    meant.flatMap(({ lineages }) => lineages.flat().flatMap(({ permissions }) => permissions)),
  );
  const unknown = [lost, gained]
    .flatMap((names) => (Array.isArray(names) ? names : []))
    .filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new ChangesError(
      'record_invalid',
      `no layout has ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      'Use the names that hasPermission is asked for in that audience; an audience may have them under a prefix',
    );
  }
}
