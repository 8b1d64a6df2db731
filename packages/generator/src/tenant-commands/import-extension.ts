// `claimgen pull --authorization-extension`: a catalog from an export of the extension that came before Auth0's own roles.

import { resolve } from 'node:path';
import type { CommandResult } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { readText } from '../io/files.ts';
import { openPrivateLines } from '../io/tenant-files.ts';
import { isUsers } from './exported-users.ts';
import { assertReplaceable } from './pull-target.ts';
import type { PullValues } from './take-in.ts';
import { type PullPlace, takeIn } from './take-in.ts';
import type { TenantPackage } from './tenant-package.ts';

/** @throws TenantError for an export that can't be read */
export async function importExtension(
  tenant: typeof TenantPackage,
  file: string,
  place: PullPlace,
  values: PullValues,
  { cwd }: Process,
): Promise<CommandResult> {
  const check = values.check === true;
  if (!check) assertReplaceable(place.target, tenant.FOLDERS);
  const audiences = audiencesOf(values.applications ?? '');
  const { tenant: found, users } = tenant.importAuthorizationExtension(readText(file), file, {
    audienceOf: (application) => audiences.get(application),
  });
  const result = await takeIn(tenant, found, place, check);
  const usersFile = values.users;
  if (usersFile === undefined) return result;
  const path = resolve(cwd, usersFile);
  const lines = openPrivateLines(path, isUsers);
  try {
    for (const [user_id, roles] of users) lines.write(JSON.stringify({ user_id, roles }));
    lines.finish();
  } finally {
    lines.close();
  }
  return {
    ...result,
    text: `${result.text}\nWrote ${path}: ${plural(users.size, 'user')}, readable by you only.`,
  };
}

/** API identifiers by client id. */
function audiencesOf(applications: string): ReadonlyMap<string, string> {
  const pairs = applications.split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      const [client, audience] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (at > 0 && client !== '' && audience !== '') return [client, audience];
      throw usageError(
        `${JSON.stringify(pair)} of --applications is no pair`,
        'Write --applications <client id>=<API identifier>,<client id>=<API identifier>.',
      );
    }),
  );
}
