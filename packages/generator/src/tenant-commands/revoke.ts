// `claimgen revoke`: takes everything from a user, or from everyone.

import type { OpenTenant } from '@claimgen/tenant';
import { type OpenLog, openLog } from '../change-commands/open-log.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { confirm } from '../cli/confirm.ts';
import type { Process } from '../cli/process.ts';
import { refusal, usageError } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import { chooseEnvironment, loadConfig } from '../project/project.ts';
import { connect } from './connect.ts';
import { domainOf } from './needed.ts';
import { TENANT_OPTIONS, type TenantValues } from './tenant-command.ts';
import { asProblems, loadTenantPackage, type TenantPackage } from './tenant-package.ts';

export const revoke: Command = defineCommand({
  describe: "End a user's sessions and refresh tokens, and publish that their tokens are out",
  argument: { name: 'user', describe: 'The id, such as auth0|507f1f77bcf86cd799439011', kind: 'optional' },
  options: {
    ...TENANT_OPTIONS,
    changes: { type: 'string', describe: 'A module that opens a log of changes, to publish in' },
    everyone: { type: 'boolean', describe: 'Every user of the tenant; asks twice' },
    yes: { type: 'boolean', describe: 'Do it without asking' },
    confirm: { type: 'string', describe: "With --everyone and --yes: the tenant's domain, again" },
  },
  examples: [
    ["$0 revoke 'auth0|1'", 'sessions and refresh tokens'],
    ["$0 revoke 'auth0|1' --changes log.js", 'and tokens that are out'],
  ],
  async run(values, [user], process) {
    const tenant = await loadTenantPackage();
    return asProblems(tenant, () => revokeWith(tenant, values, user, process));
  },
});

/** What was given. */
export interface RevokeValues extends TenantValues {
  readonly changes?: string | undefined;
  readonly everyone?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly confirm?: string | undefined;
}

async function revokeWith(
  tenant: typeof TenantPackage,
  values: RevokeValues,
  user: string | undefined,
  process: Process,
): Promise<CommandResult> {
  const everyone = values.everyone === true;
  if (everyone === (user !== undefined && user !== ''))
    throw usageError('revoke is about one user, or --everyone', "Write claimgen revoke 'auth0|…'.");
  const { SCOPES } = tenant;
  const needs = everyone ? [...new Set([...SCOPES.revoke, ...SCOPES.users])] : SCOPES.revoke;
  const opened = await connect(tenant, needs, values, process, expectedDomain(values, process));
  const file = values.changes;
  const log = file === undefined ? undefined : await openLog({ changes: file }, process.cwd);
  try {
    return everyone
      ? await revokeEveryone(tenant, opened, log, values, process)
      : await revokeOne(tenant, opened, log, user ?? '', values, process);
  } finally {
    await log?.close();
  }
}

/** A config is not needed; where one is named, its tenant is meant. */
function expectedDomain(values: RevokeValues, { cwd }: Process): string | undefined {
  const [config, env] = [values.config, values.env];
  if (config === undefined && env === undefined) return undefined;
  const loaded = loadConfig({ cwd, config });
  return domainOf(loaded.config, chooseEnvironment(loaded.config, env));
}

const NO_LOG = `Access tokens that are out stay good until they expire: name a log with --changes (${docsPage('explanation/changes.md')}) to refuse them now.`;

async function revokeOne(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  log: OpenLog | undefined,
  user: string,
  values: RevokeValues,
  process: Process,
): Promise<CommandResult> {
  await confirm(`Revoke everything that ${oneLine(user)} has in ${opened.domain}?`, values, process);
  const revocation = await tenant.revokeUser(opened, user, {
    onStep: (step) => process.error(`${STEPS[step]}\n`),
    ...(log === undefined ? {} : { publish: (sub: string) => log.publish([{ sub, out: true }]) }),
  });
  return {
    text: [`Revoked what ${oneLine(user)} had.`, ...(log === undefined ? [NO_LOG] : [])].join('\n'),
    json: revocation,
    exitCode: 0,
  };
}

const STEPS = {
  published: 'Published: tokens that are out are refused.',
  sessions: 'Sessions are ended.',
  'refresh tokens': 'Refresh tokens are revoked.',
} as const;

async function revokeEveryone(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  log: OpenLog | undefined,
  values: RevokeValues,
  process: Process,
): Promise<CommandResult> {
  const { domain } = opened;
  await confirm(`Log everyone out of ${domain}?`, values, process);
  const answer = values.confirm ?? (await process.prompter?.ask(`Write ${domain} to do it`));
  if (answer === undefined)
    throw usageError('--everyone must be confirmed twice', `Add --confirm ${domain}.`);
  if (answer.trim().toLowerCase() !== domain)
    throw refusal('the domain is another one', 'Nothing was changed.');
  // Before the long part, for tokens that are out, and after it for those that sessions of which it was not the turn yet brought.
  const publish = () => log?.publish([{ of: 'users', out: true }]);
  await publish();
  const users: string[] = [];
  for await (const { user_id } of tenant.exportUsers(opened)) users.push(user_id);
  process.error(`${plural(3 * users.length, 'request')} for ${plural(users.length, 'user')}\n`);
  let done = 0;
  for (const user of users) {
    // Somebody who was deleted meanwhile has nothing any more.
    await tenant.revokeUser(opened, user).catch((error: unknown) => {
      if (!(error instanceof tenant.TenantError && error.code === 'not_found')) throw error;
    });
    done++;
  }
  await publish();
  return {
    text: [`Revoked what ${plural(done, 'user')} had.`, ...(log === undefined ? [NO_LOG] : [])].join('\n'),
    json: { users: done, published: log !== undefined },
    exitCode: 0,
  };
}
