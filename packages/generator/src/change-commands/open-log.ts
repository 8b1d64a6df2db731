// Logs of change records, which verifiers are told by before tokens expire. @claimgen/changes is loaded when a command needs one.
import { resolve } from 'node:path';
import type * as ChangesPackage from '@claimgen/changes';
import type { Change, ChangeFrame, ChangeLog, NamedLayout } from '@claimgen/changes';
import { TenantFailure, usageError } from '../errors.ts';
import { readText } from '../io/files.ts';
import { importModule } from '../io/tenant-files.ts';
import type { LogValues } from './log-options.ts';
import type { RoleTables } from './role-tables.ts';

export type { Change };

/** A log to publish in. */
export interface OpenLog {
  readonly log: ChangeLog;
  /** What it remembers. */
  snapshot(): Promise<Pick<ChangeFrame, 'horizon' | 'records'>>;
  /** The exports of the module that has opened it; none for a journal. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** What the difference of two role tables means for tokens; undefined for a table that nobody can read. */
  difference(before: RoleTables | undefined, after: RoleTables): readonly Change[];
  /** @param layouts names that none of them has are refused */
  publish(changes: readonly Change[], layouts?: readonly NamedLayout[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a folder, or the log that a module exports by default: a function that gives one.
 * @throws InputError
 */
export async function openLog(values: LogValues, cwd: string): Promise<OpenLog> {
  const { journal, changes } = chosen(values);
  const exports = changes === undefined ? {} : await moduleOf(changes, cwd);
  const { publish, difference, openJournal } = await loadChanges();
  const open = changes === undefined ? () => openJournal(resolve(cwd, journal)) : exports['default'];
  if (typeof open !== 'function')
    throw usageError(
      `${changes} has no function as its default export`,
      'Write export default () => openJournal(…).',
    );
  let log: ChangeLog;
  try {
    log = (await open()) as ChangeLog;
  } catch (error) {
    throw failed('the log of changes does not open', error);
  }
  return {
    log,
    exports,
    difference,
    async snapshot() {
      if (typeof Object(log).snapshot !== 'function')
        throw usageError(
          `${changes} opens a log without snapshot()`,
          'Open one of @claimgen/changes, or one with the same functions.',
        );
      return log.snapshot().catch((error: unknown) => {
        throw failed("the log of changes can't be read", error);
      });
    },
    publish: (records, layouts) =>
      publish(log, records, layouts === undefined ? {} : { layouts }).catch((error: unknown) => {
        throw failed('the changes were not published', error);
      }),
    close: () => log.close(),
  };
}

/**
 * Makes a log: the journal of a folder, or what the function `init` of a module makes.
 * @throws InputError
 */
export async function initLog(values: LogValues, lost: boolean, cwd: string): Promise<void> {
  const { journal, changes } = chosen(values);
  const exports = changes === undefined ? {} : await moduleOf(changes, cwd);
  const { initJournal } = await loadChanges();
  const init =
    changes === undefined
      ? (options: { readonly lost: boolean }) => initJournal(resolve(cwd, journal), options)
      : exports['init'];
  if (typeof init !== 'function')
    throw usageError(
      `${changes} has no function named init`,
      'Write export const init = ({ lost }) => initValkeyLog(client, { key, lost }).',
    );
  try {
    await init({ lost });
  } catch (error) {
    throw failed('the log of changes was not made', error);
  }
}

/** Which of the two was given; an empty one is none. */
function chosen({ journal = '', changes = '' }: LogValues): {
  readonly journal: string;
  readonly changes: string | undefined;
} {
  if ((journal === '') === (changes === ''))
    throw usageError('a log of changes must be named', 'Write --journal <folder>, or --changes <module>.');
  return { journal, changes: changes === '' ? undefined : changes };
}

async function moduleOf(file: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(cwd, file);
  readText(path);
  try {
    return await importModule(path);
  } catch (error) {
    const { name, code } = Object(error) as Readonly<Record<string, unknown>>;
    // What it says may hold the address of a server, with its password: all but the kind is left out.
    throw usageError(
      `${file} can't be loaded (${typeof code === 'string' ? code : String(name)})`,
      `Run node ${file}: it says why.`,
    );
  }
}

/** Nothing was written, and the message is about what was given: no address of a server is in it. */
const ABOUT_INPUT: ReadonlySet<unknown> = new Set([
  'record_invalid',
  'record_in_future',
  'log_missing',
  'log_exists',
] satisfies ChangesPackage.ChangesErrorCode[]);

/** What the log's own code throws may hold the address with its password: only the code is told. */
function failed(what: string, error: unknown): TenantFailure {
  const { name, code, message, fix } = Object(error) as Readonly<Record<string, unknown>>;
  if (
    name === 'ChangesError' &&
    ABOUT_INPUT.has(code) &&
    typeof message === 'string' &&
    typeof fix === 'string'
  )
    return new TenantFailure({ code: 'usage', message: message.replace(`. ${fix}`, ''), fix: `${fix}.` }, 2);
  const why = typeof code === 'string' ? ` (${code})` : '';
  return new TenantFailure(
    {
      code: 'outcome_unknown',
      message: `${what}${why}`,
      fix: 'Run the command again when the log can be reached; until then tokens keep what they have.',
    },
    3,
  );
}

/** @throws TenantFailure where it isn't installed */
export async function loadChanges(): Promise<typeof ChangesPackage> {
  try {
    return await import('@claimgen/changes');
  } catch (error) {
    const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string };
    // One of its own dependencies that is missing is another matter.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@claimgen/changes'")) throw error;
    throw new TenantFailure(
      {
        code: 'package_missing',
        message: 'changes need the package @claimgen/changes, which is not installed',
        fix: 'Run npm install --save-dev @claimgen/changes.',
      },
      2,
    );
  }
}
