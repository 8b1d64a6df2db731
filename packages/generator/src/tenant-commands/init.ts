// `claimgen init`: from a tenant, or an export of one, to a config that builds.

import { join, relative, resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { claimNameProblem } from '../config/claim-name.ts';
import { readConfig } from '../config/config.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { oneLine, visibleText } from '../format/visible-text.ts';
import { CONFIG_NAMES, exists, readCatalogFiles } from '../io/files.ts';
import { createFile } from '../io/tenant-files.ts';
import { runPipeline } from '../pipeline.ts';
import { pipelineInput, readProject } from '../project/project.ts';
import { parseSourceText } from '../source-text/source-text.ts';
import { renderConfig } from './init-config.ts';
import { type ProposedAudience, proposeAudiences, proposeClaim } from './init-proposal.ts';
import { renderUsers } from './init-users.ts';
import { pull } from './pull.ts';
import { TENANT_OPTIONS, type TenantValues } from './tenant-command.ts';

const { 'auth0-cli': auth0Cli, rps, timeout, json } = TENANT_OPTIONS;

export const init: Command = defineCommand({
  describe: 'Write a config, from a tenant or an export of one',
  options: {
    'auth0-cli': auth0Cli,
    rps: rps,
    timeout: timeout,
    json: json,
    catalog: { type: 'string', describe: 'An export or a catalog.json, in place of the tenant' },
    audience: {
      type: 'string',
      describe: 'Identifiers of the APIs, with commas; all that roles grant by default',
    },
    claim: { type: 'string', describe: "The claim's name" },
    direct: { type: 'boolean', describe: 'Users hold permissions directly, beside roles' },
    organizations: {
      type: 'boolean',
      describe: 'Users log in to organizations; --organizations=false says that none does',
    },
    domain: { type: 'string', describe: "The tenant's domain, for --direct" },
    yes: { type: 'boolean', describe: 'Take every proposal without asking' },
  },
  examples: [
    ['$0 init', 'from the tenant, with questions'],
    ['$0 init --yes', 'from the tenant, without'],
    ['$0 init --catalog ./tenant', 'from an export'],
  ],
  run: (values, _, process) => initProject(values, process),
});

/** What was given. */
export interface InitValues extends TenantValues {
  readonly catalog?: string | undefined;
  readonly audience?: string | undefined;
  readonly claim?: string | undefined;
  readonly direct?: boolean | undefined;
  readonly organizations?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly yes?: boolean | undefined;
}

const CATALOG = 'catalog.json';
const CONFIG = 'claimgen.config.yaml';
const USERS = 'users.yaml';

async function initProject(values: InitValues, process: Process): Promise<CommandResult> {
  const { cwd } = process;
  const present = CONFIG_NAMES.find((name) => exists(join(cwd, name)));
  if (present !== undefined)
    throw usageError(`there is a ${present} here`, 'Change it, or run claimgen init in another folder.');
  const named = values.catalog;
  const path = resolve(cwd, named ?? CATALOG);
  if (named === undefined) {
    const { config: _, env: __, ...own } = values;
    const pulled = await pull.run({ ...own, out: path }, [], process);
    process.error(visibleText(`${pulled.text}\n`));
    if (Object(pulled.json).permissions === 0)
      throw usageError(
        'the tenant has no API with permissions',
        'Add one under Applications > APIs, and roles that grant its permissions; then run claimgen init again.',
      );
  }
  const catalog = readCatalog(readCatalogFiles(path), {});
  const audiences = await chooseAudiences(proposeAudiences(catalog), values, process);
  const claim = await chooseClaim(audiences, values, process);
  const direct = await decide('direct', 'Do users hold permissions directly, beside roles?', values, process);
  const organizations = await decide('organizations', 'Do users log in to organizations?', values, process);
  const text = renderConfig({
    catalog: toPath(relative(cwd, path)),
    claim,
    audiences,
    direct: direct === true,
    noOrganizations: organizations === false,
    domain: direct === true ? domainFor(values, process) : undefined,
  });
  const config = join(cwd, CONFIG);
  assertBuilds(config, text);
  createFile(config, text);
  const users = join(cwd, USERS);
  // Somebody's own, perhaps for another program.
  const hasUsers = exists(users);
  if (!hasUsers)
    createFile(
      users,
      renderUsers(
        catalog.roles,
        audiences.map(({ identifier }) => identifier),
      ),
    );
  return {
    text: [
      `Wrote ${CONFIG}: ${audiences.map(({ name, permissions }) => `${oneLine(name)} (${plural(permissions, 'permission')})`).join(', ')}.`,
      ...(hasUsers ? [] : [`Wrote ${USERS}: who can log in at claimgen dev.`]),
      ...withoutRoles(catalog),
      'Next: npx claimgen build',
    ].join('\n'),
    json: {
      written: config,
      ...(hasUsers ? {} : { users }),
      catalog: path,
      claim,
      audiences: audiences.map(({ name, identifier }) => ({ name, identifier })),
    },
    exitCode: 0,
  };
}

/** Windows' separators are no part of a config. */
function toPath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('.') ? slashed : `./${slashed}`;
}

async function chooseAudiences(
  proposed: readonly ProposedAudience[],
  values: InitValues,
  { prompter }: Process,
): Promise<readonly ProposedAudience[]> {
  const given = values.audience;
  if (given !== undefined)
    return pick(
      proposed,
      given.split(',').map((identifier) => identifier.trim()),
    );
  const granted = proposed.filter((audience) => audience.granted > 0);
  if (granted.length === 0) {
    throw usageError(
      'no role of the catalog grants a permission of an API',
      'Give roles permissions in the tenant, or name the API with --audience.',
    );
  }
  if (values.yes === true || prompter === undefined || granted.length === 1) return granted;
  return pick(
    granted,
    await prompter.choose(
      'Which APIs get the claim?',
      granted.map(({ identifier }) => identifier),
    ),
  );
}

function pick(
  proposed: readonly ProposedAudience[],
  identifiers: readonly string[],
): readonly ProposedAudience[] {
  return [...new Set(identifiers)].map((identifier) => {
    const found = proposed.find((audience) => audience.identifier === identifier);
    if (found !== undefined) return found;
    throw usageError(
      `the catalog has no permissions of the API ${JSON.stringify(identifier)}`,
      `Use one of: ${proposed.map((audience) => audience.identifier).join(', ')}.`,
    );
  });
}

async function chooseClaim(
  audiences: readonly ProposedAudience[],
  values: InitValues,
  { prompter }: Process,
): Promise<string> {
  const proposal = proposeClaim(audiences.map(({ identifier }) => identifier));
  const given = values.claim;
  const asks = given === undefined && values.yes !== true && prompter !== undefined;
  const claim =
    given ??
    (asks
      ? await prompter.ask('The name of the claim', proposal === undefined ? {} : { proposal })
      : proposal);
  if (claim === undefined)
    throw usageError(
      "no name for the claim follows from the APIs' identifiers",
      'Write --claim https://<your domain>/permissions.',
    );
  const problem = claimNameProblem(claim);
  if (problem === undefined) return claim;
  throw usageError(problem.message, problem.fix);
}

/** An answer of an option or of the person; undefined where there is none. */
async function decide(
  option: 'direct' | 'organizations',
  question: string,
  values: InitValues,
  { prompter }: Process,
): Promise<boolean | undefined> {
  const given = values[option];
  if (typeof given === 'boolean') return given;
  if (values.yes === true || prompter === undefined) return undefined;
  return prompter.confirm(question);
}

function domainFor(values: InitValues, { env }: Process): string {
  const domain = values.domain ?? env?.['AUTH0_DOMAIN'];
  if (domain !== undefined && domain.trim() !== '') return domain.trim();
  throw usageError(
    "--direct needs the tenant's domain",
    'Write --domain acme.eu.auth0.com, or set AUTH0_DOMAIN.',
  );
}

/**
 * A config that doesn't build helps nobody.
 * @throws InputError
 */
function assertBuilds(path: string, text: string): void {
  const config = readConfig(parseSourceText(path, text));
  runPipeline(pipelineInput(readProject({ path, config }, '', false)));
}

function withoutRoles({ permissions, roles }: Catalog): string[] {
  const granted = new Set(
    roles.flatMap((role) => role.permissions.map(({ name, audience }) => `${audience} ${name}`)),
  );
  const left = permissions.filter(({ name, audience }) => !granted.has(`${audience} ${name}`)).length;
  return left === 0
    ? []
    : [`No role grants ${plural(left, 'permission')}: if users hold them directly, run init with --direct.`];
}
