// `claimgen pull --users`: everybody with their roles, as `claimgen population` reads them.

import type { OpenTenant } from '@claimgen/tenant';
import type { CommandResult } from '../cli/command.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import { openPrivateLines } from '../io/tenant-files.ts';
import type { TenantPackage } from './tenant-package.ts';

/** Whether a file begins as one of users does. */
export function isUsers(start: string): boolean {
  return /^\{[^\n]*"user_id":/.test(start);
}

/** @param fields of profiles that the config's sources read */
export async function exportedUsers(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  file: string,
  fields: readonly string[],
): Promise<CommandResult> {
  const lines = openPrivateLines(file, isUsers);
  let users = 0;
  try {
    for await (const user of tenant.exportUsers(opened, { fields })) {
      lines.write(JSON.stringify(user));
      users++;
    }
    lines.finish();
  } finally {
    lines.close();
  }
  return {
    text: [
      `Wrote ${oneLine(file)}: ${plural(users, 'user')}, readable by you only.`,
      'Permissions that users hold directly, and roles from organizations and groups, are not in it.',
      `Next: claimgen population --users ${oneLine(file)}`,
    ].join('\n'),
    json: { users, written: file },
    exitCode: 0,
  };
}
