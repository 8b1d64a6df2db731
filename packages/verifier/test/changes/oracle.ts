/** What all records together say to a token, told record by record: slow, and too simple to be wrong. */
import type { ChangeRecord } from '../../src/changes/record.ts';

export interface OracleToken {
  readonly sub: string;
  readonly org: string | undefined;
  readonly machine: boolean;
  readonly aud: string;
  readonly asOf: number;
}

export interface OracleAnswer {
  readonly out: boolean;
  readonly isVoid: boolean;
}

const includes = (names: readonly string[] | '*' | undefined, name: string) =>
  names === '*' || (names?.includes(name) ?? false);

export function answer(
  records: Iterable<ChangeRecord>,
  token: OracleToken,
  name: string,
  held: boolean,
  guard: number,
  horizon = 0,
): OracleAnswer {
  let out = horizon > 0 && token.asOf <= horizon + guard;
  let isVoid = false;
  for (const record of records) {
    if (record.sub !== undefined && record.sub !== token.sub) continue;
    if (record.org !== undefined && record.org !== token.org) continue;
    if (record.aud !== undefined && record.aud !== token.aud) continue;
    if (record.of === 'users' && token.machine) continue;
    if (token.asOf > record.at + guard) continue;
    if (record.out) out = true;
    if (includes(held ? record.lost : record.gained, name)) isVoid = true;
  }
  return { out, isVoid };
}
