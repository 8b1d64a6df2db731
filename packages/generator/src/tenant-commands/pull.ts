// `claimgen pull`: the tenant's permissions as a catalog, and what of it has changed.

import { dirname, resolve } from 'node:path';
import type { OpenTenant, TenantExport } from '@claimgen/tenant';
import { NeededApis } from '../catalog/needed-apis.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { findConfig } from '../io/files.ts';
import { chooseEnvironment, loadConfig } from '../project/project.ts';
import { connect } from './connect.ts';
import { exportedUsers } from './exported-users.ts';
import { importExtension } from './import-extension.ts';
import { domainOf, environmentOf, neededApis } from './needed.ts';
import { tellProgress } from './progress.ts';
import { assertReplaceable, pullTarget } from './pull-target.ts';
import type { PullValues } from './take-in.ts';
import { type PullPlace, takeIn } from './take-in.ts';
import { TENANT_OPTIONS } from './tenant-command.ts';
import { asProblems, loadTenantPackage, type TenantPackage } from './tenant-package.ts';

export const pull: Command = defineCommand({
  describe: "Write the tenant's APIs, permissions, roles and grants as a catalog, and say what changed",
  options: {
    ...TENANT_OPTIONS,
    out: { type: 'string', describe: "Where the catalog goes, in place of the config's" },
    check: { type: 'boolean', describe: 'Write nothing, and fail where tenant and catalog differ' },
    users: {
      type: 'string',
      describe: 'A file for users with their roles, for population; in place of the catalog',
    },
    'authorization-extension': {
      type: 'string',
      describe: 'An export of the Authorization Extension to read, in place of the tenant',
    },
    applications: {
      type: 'string',
      describe: 'Whose permissions go to which API, as in <client id>=<API identifier>,…',
    },
  },
  examples: [
    ['$0 pull', "into the config's catalog"],
    ['$0 pull --out catalog.json', 'without a config'],
    ['$0 pull --check', 'a gate for every night'],
    ['$0 pull --users users.ndjson', 'for claimgen population'],
  ],
  async run(values, _, process) {
    const tenant = await loadTenantPackage();
    return asProblems(tenant, () => pullWith(tenant, values, process));
  },
});

async function pullWith(
  tenant: typeof TenantPackage,
  values: PullValues,
  process: Process,
): Promise<CommandResult> {
  const place = placeOf(values, process);
  const users = values.users;
  if (users !== undefined && values.check === true)
    throw usageError('--users and --check exclude each other', 'Leave one of them out.');
  const extension = values.authorizationExtension;
  if (extension !== undefined)
    return importExtension(tenant, resolve(process.cwd, extension), place, values, process);
  if (values.applications !== undefined)
    throw usageError('--applications is for --authorization-extension', 'Leave it out.');
  if (users !== undefined) {
    const opened = await connect(tenant, tenant.SCOPES.users, values, process, place.domain);
    return exportedUsers(tenant, opened, resolve(process.cwd, users), place.fields);
  }
  if (values.check !== true) assertReplaceable(place.target, tenant.FOLDERS);
  const byName = place.target.form === 'folder';
  const needs = [...tenant.SCOPES.pull, ...(byName ? ['read:clients'] : [])];
  const opened = await connect(tenant, needs, values, process, place.domain);
  return pullCatalog(tenant, opened, place, values, process);
}

async function pullCatalog(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  place: PullPlace,
  values: PullValues,
  process: Process,
): Promise<CommandResult> {
  const { target } = place;
  const journal = tenant.openJournal(`${target.path}.journal`, opened.domain, opened.clock.now);
  const progress = tellProgress(tenant, process);
  const requestsPerSecond = values.rps;
  let found: TenantExport;
  try {
    found = await tenant.pull(opened, {
      ...(values.check === true ? {} : { journal }),
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
      clientNames: target.form === 'folder',
      onProgress: progress.tell,
    });
  } finally {
    progress.stop();
  }
  return takeIn(tenant, found, place, values.check === true, () => journal.discard());
}

/** The config's place, or the one of `--out`, for which no config is needed. */
function placeOf(values: PullValues, { cwd }: Process): PullPlace {
  const out = values.out;
  const config = values.config;
  const environment = values.env;
  if (out !== undefined && out.trim() === '')
    throw usageError('the option --out is empty', 'Write --out catalog.json, or leave it out.');
  if (out !== undefined && config === undefined && environment === undefined && !hasConfig(cwd)) {
    const target = pullTarget(resolve(cwd, out));
    return { target, keywords: {}, needed: new NeededApis(), domain: undefined, fields: [] };
  }
  const loaded = loadConfig({ cwd, config });
  const name = chooseEnvironment(loaded.config, environment);
  const { catalog, keywords } = environmentOf(loaded.config, name);
  const target = pullTarget(out === undefined ? resolve(dirname(loaded.path), catalog) : resolve(cwd, out));
  const paths = loaded.config.audiences.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === 'event' ? [source.path] : [])),
  );
  return {
    target,
    keywords,
    // A folder may be kept by people for more than the config is about; a catalog.json is ours as a whole.
    needed: target.form === 'folder' ? neededApis(loaded.config, name) : new NeededApis(),
    domain: domainOf(loaded.config, name),
    fields: [
      ...new Set(
        paths.flatMap(([first, second]) => (first === 'user' && second !== undefined ? [second] : [])),
      ),
    ],
  };
}

function hasConfig(cwd: string): boolean {
  try {
    findConfig(cwd);
    return true;
  } catch {
    return false;
  }
}
