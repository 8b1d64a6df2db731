// What a pull has finished, so that one that was cut off goes on where it was: a file of JSON lines, one role a line.
import { createReadStream } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
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
      const begun = await readHeader(file);
      state = begun === undefined ? 'closed' : 'fresh';
      if (begun === undefined || begun.journal !== 1) return new Map();
      if (begun.domain !== domain || !(Number(begun.begun) > now() - MAX_AGE)) return new Map();
      state = 'open';
      const { roles, isCutOff } = await readRoles(file);
      // What is added begins on a line of its own.
      if (isCutOff) await appendFile(file, '\n').catch(() => undefined);
      return roles;
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

/** The first line; an empty header where there is no file, or nothing in it; undefined for what is no journal. */
async function readHeader(file: string): Promise<Partial<Header> | undefined> {
  try {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const header = parse(line) as Partial<Header> | undefined;
      return header?.journal === 1 ? header : undefined;
    }
    return {};
  } catch (error) {
    return isMissing(error) ? {} : undefined;
  }
}

/** Line by line: a large tenant's journal is not for memory. What follows the last line break was cut off. */
async function readRoles(
  file: string,
): Promise<{ readonly roles: Map<string, List<GrantedPermission>>; readonly isCutOff: boolean }> {
  const roles = new Map<string, List<GrantedPermission>>();
  let rest = '';
  const text = createReadStream(file, { encoding: 'utf8' });
  try {
    for await (const chunk of text) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) for (const [id, permissions] of readLine(line)) roles.set(id, permissions);
    }
  } catch {
    // What was read is good.
  }
  return { roles, isCutOff: rest !== '' };
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
