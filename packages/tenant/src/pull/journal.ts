// What a pull has finished, so that one that was cut off goes on where it was: a file of JSON lines, one role a line.
import { appendFile, readFile, rm } from 'node:fs/promises';
import type { PermissionPool } from './permission-pool.ts';
import type { GrantedPermission } from './tenant-export.ts';

/** A journal older than this, in milliseconds, is not read: too much may have changed. */
const MAX_AGE = 24 * 3_600_000;

export interface Journal {
  /** Finished roles by id. */
  read(pool: PermissionPool): Promise<ReadonlyMap<string, readonly GrantedPermission[]>>;
  add(roleId: string, permissions: readonly GrantedPermission[]): Promise<void>;
  /** Removes it when its roles are in the catalog. */
  discard(): Promise<void>;
}

interface Header {
  readonly journal: 1;
  readonly domain: string;
  readonly begun: number;
}

/** Opens the journal of a file. Where it can't be written, the pull goes on without. */
export function openJournal(file: string, domain: string, now: () => number): Journal {
  let state: 'new' | 'open' | 'broken' = 'new';
  return {
    read: async (pool) => {
      const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
      const header = parse(lines[0]) as Partial<Header> | undefined;
      const usable =
        header?.journal === 1 && header.domain === domain && Number(header.begun) > now() - MAX_AGE;
      if (!usable) return new Map();
      state = 'open';
      // What follows the last line break was cut off.
      return new Map(lines.slice(1, -1).flatMap((line) => readLine(line, pool)));
    },
    add: async (roleId, permissions) => {
      if (state === 'broken') return;
      try {
        if (state === 'new') {
          const header: Header = { journal: 1, domain, begun: now() };
          await rm(file, { force: true });
          await appendFile(file, `${JSON.stringify(header)}\n`);
          state = 'open';
        }
        const held = permissions.map((held) => [held.resource_server_identifier, held.permission_name]);
        await appendFile(file, `${JSON.stringify([roleId, held])}\n`);
      } catch {
        state = 'broken';
      }
    },
    discard: () => rm(file, { force: true }).catch(() => undefined),
  };
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function readLine(line: string, pool: PermissionPool): [string, readonly GrantedPermission[]][] {
  const entry = parse(line);
  if (!Array.isArray(entry)) return [];
  const [roleId, held] = entry as unknown[];
  if (typeof roleId !== 'string' || !Array.isArray(held)) return [];
  const pairs = held as unknown[];
  if (
    !pairs.every(
      (pair): pair is [string, string] =>
        Array.isArray(pair) && pair.every((part) => typeof part === 'string'),
    )
  )
    return [];
  return [[roleId, pairs.map(([identifier, name]) => pool.get(identifier, name))]];
}
