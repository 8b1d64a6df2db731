// What a pull has finished, so that one that was cut off goes on where it was: a file of JSON lines, one role a line.
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { type List, PackedList } from './packed-list.ts';
import type { GrantedPermission } from './tenant-export.ts';

/** A journal older than this, in milliseconds, is not read: too much may have changed. */
const MAX_AGE = 24 * 3_600_000;

export interface Journal {
  /** Finished roles by id. */
  read(): Promise<ReadonlyMap<string, List<GrantedPermission>>>;
  add(roleId: string, permissions: readonly GrantedPermission[]): Promise<void>;
  /** Removes it when its roles are in the catalog. */
  discard(): Promise<void>;
}

interface Header {
  readonly journal: 1;
  readonly domain: string;
  readonly begun: number;
}

/**
 * Opens the journal of a file. Where it can't be written the pull goes on without, and a file that is there and is no journal stays
 * as it is.
 */
export function openJournal(file: string, domain: string, now: () => number): Journal {
  /** `fresh`: nothing, or a journal to replace; `open`: ours, to be continued; `closed`: not to be touched. */
  let state: 'fresh' | 'open' | 'closed' = 'closed';
  return {
    read: async () => {
      const text = await readFile(file, 'utf8').catch((error: unknown) =>
        isMissing(error) ? '' : undefined,
      );
      const lines = (text ?? '').split('\n');
      const header = parse(lines[0]) as Partial<Header> | undefined;
      const isJournal = header?.journal === 1;
      state = text === '' || isJournal ? 'fresh' : 'closed';
      const usable = isJournal && header.domain === domain && Number(header.begun) > now() - MAX_AGE;
      if (!usable) return new Map();
      state = 'open';
      // What follows the last line break was cut off; what is added begins on a line of its own.
      if (lines.at(-1) !== '') await appendFile(file, '\n').catch(() => undefined);
      return new Map(lines.slice(1, -1).flatMap(readLine));
    },
    add: async (roleId, permissions) => {
      if (state === 'closed') return;
      try {
        if (state === 'fresh') {
          const header: Header = { journal: 1, domain, begun: now() };
          await writeFile(file, `${JSON.stringify(header)}\n`);
          state = 'open';
        }
        const held = permissions.map((held) => [held.resource_server_identifier, held.permission_name]);
        await appendFile(file, `${JSON.stringify([roleId, held])}\n`);
      } catch {
        state = 'closed';
      }
    },
    discard: async () => {
      if (state !== 'open') return;
      state = 'fresh';
      await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

function isMissing(error: unknown): boolean {
  return Object(error).code === 'ENOENT';
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function readLine(line: string): [string, List<GrantedPermission>][] {
  const entry = parse(line);
  if (!Array.isArray(entry)) return [];
  const [roleId, held] = entry as unknown[];
  if (typeof roleId !== 'string' || !Array.isArray(held)) return [];
  const pairs = held as unknown[];
  const isPair = (pair: unknown): pair is [string, string] =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  if (!pairs.every(isPair)) return [];
  const permissions = pairs.map(([resource_server_identifier, permission_name]) => ({
    permission_name,
    resource_server_identifier,
  }));
  return [[roleId, new PackedList(permissions)]];
}
