// What deploys have changed and the log of changes does not say: a deploy that was cut off before it was published, or one by other means.
import type { ChangeFrame } from '@claimgen/changes';
import type { ActionVersion } from '@claimgen/tenant';
import { type ReadRecord, readRecord } from '@claimgen/verifier/changes';
import type { Change, OpenLog } from './open-log.ts';
import type { RoleTables } from './role-tables.ts';

/** What is compared. All times are milliseconds since 1970. */
export interface Deploys {
  /** The versions that each Action of the project has had. */
  readonly histories: readonly (readonly ActionVersion[])[];
  /** What roles grant by Actions together; undefined where one of them can't be read. */
  readonly tablesOf: (codes: readonly string[]) => RoleTables | undefined;
  /** What the log remembers. */
  readonly remembered: Pick<ChangeFrame, 'horizon' | 'records'>;
  readonly difference: OpenLog['difference'];
  /** No token from before is good any more. */
  readonly since: number;
  /** How long after a deploy it must have been published to count. */
  readonly settle: number;
}

/**
 * The changes of deploys that no record of the log covers, each once. A version whose time the tenant doesn't say counts as one of now, and a
 * history whose beginning is forgotten begins with a table that nobody knows: naming too much costs refreshes, never access.
 */
export function unpublished(deploys: Deploys): Change[] {
  const { histories, tablesOf, remembered, difference, settle } = deploys;
  const since = Math.max(deploys.since, remembered.horizon);
  const ordered = inOrder(histories);
  const recent = ordered.filter(({ at }) => at > since);
  if (recent.length === 0) return [];
  const running = histories.map(beginning);
  for (const { at, action, code } of ordered) if (at <= since) running[action] = [code];
  const tables = (): RoleTables | undefined =>
    running.includes(undefined) ? undefined : tablesOf(running.flatMap((codes) => codes ?? []));
  const records = remembered.records.map((record) => readRecord(record, Number.NaN));
  let before = tables();
  const missing = recent.flatMap(({ at, action, code }) => {
    running[action] = [code];
    const after = tables();
    // What can't be read may grant anything.
    const changes = after === undefined ? difference(undefined, new Map()) : difference(before, after);
    before = after;
    return changes.flatMap((change) => uncovered(change, records, at + settle));
  });
  return [...new Map(missing.map((change) => [JSON.stringify(change), change])).values()];
}

/** What an Action ran before the first version that is known: nothing, or undefined where nobody knows. */
function beginning(versions: readonly ActionVersion[]): readonly string[] | undefined {
  const first = Math.min(...versions.map(({ number }) => number));
  return versions.length > 0 && first > 1 ? undefined : [];
}

interface Deploy {
  readonly at: number;
  /** The place of the Action's history. */
  readonly action: number;
  readonly code: string;
}

function inOrder(histories: Deploys['histories']): Deploy[] {
  return histories
    .flatMap((versions, action) =>
      versions
        .filter(({ status }) => status === 'built')
        .sort((a, b) => a.number - b.number)
        .map(({ code, deployedAt = Number.POSITIVE_INFINITY }) => ({ at: deployedAt, action, code })),
    )
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What of a change no record says that is as late. */
function uncovered(
  { lost, gained, ...change }: Change,
  records: readonly ReadRecord[],
  at: number,
): Change[] {
  const fitting = records.filter(
    (record) =>
      record.at >= at &&
      record.sub === undefined &&
      record.org === undefined &&
      (record.aud === undefined || record.aud === change.aud),
  );
  if (fitting.some(({ out }) => out)) return [];
  const left = (names: Change['lost'], direction: 'lost' | 'gained'): readonly string[] | '*' => {
    const said = fitting.map((record) => record[direction]);
    if (said.includes('*') || names === undefined) return [];
    if (names === '*') return '*';
    const covered = new Set(said.flat());
    return names.filter((name) => !covered.has(name));
  };
  const rest = { lost: left(lost, 'lost'), gained: left(gained, 'gained') };
  return rest.lost.length + rest.gained.length === 0 ? [] : [{ ...change, ...rest }];
}
