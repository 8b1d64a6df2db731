// What a deploy and a rollback work with, and what both do with it.

import type { OpenTenant } from '@claimgen/tenant';
import { type OpenLog, openLog } from '../change-commands/open-log.ts';
import type { Process } from '../cli/process.ts';
import { visibleText } from '../format/visible-text.ts';
import type { Project } from '../project/project.ts';
import type { Built } from './desired-actions.ts';
import type { TenantValues } from './tenant-command.ts';
import type { TenantPackage } from './tenant-package.ts';
import { readVerifiers } from './verified-by.ts';

/** What was given. */
export interface DeployValues extends TenantValues {
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly rollback?: boolean | undefined;
  readonly allowDestructive?: boolean | undefined;
  readonly verifiedBy?: string | undefined;
  readonly changes?: string | undefined;
  readonly settle?: number | undefined;
  readonly updateSecrets?: boolean | undefined;
}

/** What a deploy works with. */
export interface Deployment {
  readonly tenant: typeof TenantPackage;
  readonly project: Project;
  readonly opened: OpenTenant;
  readonly built: Built;
  readonly values: DeployValues;
  readonly process: Process;
}

/** What a person decides by. With `--json` it is for whoever watches, and standard output is for the program. */
export function tell({ values, process }: Deployment, lines: readonly string[]): void {
  const text = `${lines.join('\n')}\n`;
  if (values.json === true) process.error(visibleText(text));
  else process.out(text);
}

/** What deployed verifiers say of themselves. */
export async function readKnown({ values, process }: Deployment): ReturnType<typeof readVerifiers> {
  const sources = values.verifiedBy;
  return sources === undefined ? [] : readVerifiers(sources, process.cwd);
}

/** The log of changes, where one is named. */
export async function logOf({ values, process }: Deployment): Promise<OpenLog | undefined> {
  const file = values.changes;
  return file === undefined ? undefined : openLog({ changes: file }, process.cwd);
}
