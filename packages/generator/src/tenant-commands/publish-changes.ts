// Change records, where a log is named: what verifiers are told of before tokens expire.
import { resolve } from 'node:path';
import type { Change, ChangeLog } from '@claimgen/changes';
import { TenantFailure, usageError } from '../errors.ts';
import { readText } from '../io/files.ts';
import { importModule } from '../io/tenant-files.ts';
import type { RoleTables } from './role-tables.ts';

export type { Change };

/** A log to publish in. */
export interface OpenLog {
  /** What the difference of two role tables means for tokens; undefined for a table that nobody can read. */
  difference(before: RoleTables | undefined, after: RoleTables): readonly Change[];
  publish(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log that a module exports by default: a function that gives one.
 * @throws InputError
 */
export async function openLog(file: string, cwd: string): Promise<OpenLog> {
  const path = resolve(cwd, file);
  readText(path);
  const { publish, difference } = await loadChanges();
  const open = (await importModule(path))['default'];
  if (typeof open !== 'function')
    throw usageError(
      `${file} has no function as its default export`,
      'Write export default () => openJournal(…).',
    );
  let log: ChangeLog;
  try {
    log = (await open()) as ChangeLog;
  } catch (error) {
    throw failed('the log of changes does not open', error);
  }
  return {
    difference,
    publish: (changes) =>
      publish(log, changes).catch((error: unknown) => {
        throw failed('the changes were not published', error);
      }),
    close: () => log.close(),
  };
}

/** What the log's own code throws may hold the address with its password: only the code is told. */
function failed(what: string, error: unknown): TenantFailure {
  const { code } = Object(error) as { readonly code?: unknown };
  const why = typeof code === 'string' ? ` (${code})` : '';
  return new TenantFailure(
    {
      code: 'outcome_unknown',
      message: `${what}${why}`,
      fix: 'Open the log, and publish them as docs/explanation/changes.md says; until then tokens keep what they have.',
    },
    3,
  );
}

async function loadChanges(): Promise<typeof import('@claimgen/changes')> {
  try {
    return await import('@claimgen/changes');
  } catch (error) {
    const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@claimgen/changes'")) throw error;
    throw new TenantFailure(
      {
        code: 'package_missing',
        message: '--changes needs the package @claimgen/changes, which is not installed',
        fix: 'Run npm install --save-dev @claimgen/changes.',
      },
      2,
    );
  }
}
