import type { AudienceTable, Tables } from '@claimgen/action-runtime';
import { MAX_CODE_BYTES } from '#auth0/limits';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { describeAudience } from './describe-audience.ts';
import { pack } from './pack.ts';

/** What the Action is rendered from, besides its tables. */
export interface ActionParts {
  readonly template: Template;
  /** The script that defines `claimgen`. */
  readonly runtime: string;
  /** The script that defines `claimgenRoles`, carried only where Auth0 is asked for the user's roles. */
  readonly effectiveRoles: string;
  /** The script that defines `claimgenManagementApi`, carried only where it is a source. */
  readonly managementApi: string;
}

/** What the header of an Action says it was built from. */
export interface ActionOrigin {
  /** The config file's name. */
  readonly config: string;
  /** Empty for the config's base. */
  readonly environment: string;
}

/** Up to here tables stay as a reviewer can read them. */
const MOST_READABLE_BYTES = MAX_CODE_BYTES / 3;

/** `code.js`: one CommonJS file without dependencies. */
export function renderAction(
  parts: ActionParts,
  origin: ActionOrigin,
  roles: readonly string[],
  audiences: readonly AudienceTable[],
): string {
  const sources = audiences.flatMap((table) => table.sources);
  const needsEffectiveRoles = sources.some(
    (source) => source.kind === 'roles' && (source.groups || source.organizations === 'ask'),
  );
  const needsManagementApi = sources.some(({ kind }) => kind === 'managementApi');
  const needsRoles = sources.some(({ kind }) => kind === 'roles');
  const tables: Tables = { roles: needsRoles ? roles : [], audiences };
  const render = (expression: string) =>
    parts.template({
      config: comment(origin.config),
      environment: origin.environment === '' ? '' : comment(origin.environment),
      audiences: audiences.map((table) => describeAudience(table, comment)),
      needsNetwork: needsManagementApi,
      scripts: [
        parts.runtime,
        ...(needsEffectiveRoles ? [parts.effectiveRoles] : []),
        ...(needsManagementApi ? [parts.managementApi] : []),
      ].map((script) => script.trim()),
      needsEffectiveRoles,
      needsManagementApi,
      tables: expression,
    });
  const plain = render(readable(tables));
  if (Buffer.byteLength(plain) <= MOST_READABLE_BYTES) return plain;
  const packed = render(unpacking(pack(tables)));
  return packed.length < plain.length ? packed : plain;
}

/** Node's own zlib, at cold start. */
function unpacking(packed: string): string {
  return `JSON.parse(\n  require('zlib').inflateRawSync(Buffer.from('${packed}', 'base64')).toString('utf8'),\n)`;
}

/** A line for each member of each table. */
function readable({ roles, audiences }: Tables): string {
  const member = ([key, value]: [string, unknown]) => `      ${key}: ${toLiteral(value)},\n`;
  const tables = audiences.map((table) => `    {\n${Object.entries(table).map(member).join('')}    },\n`);
  return `{\n  roles: ${toLiteral(roles)},\n  audiences: [\n${tables.join('')}  ],\n}`;
}

/** Foreign text inside a comment: as a JSON literal that can't end it. */
function comment(text: string): string {
  return toLiteral(text).replaceAll('*/', '*\\u002f');
}

/** The Action's description for auth0-deploy-cli: `actions/<name>.json`. */
export function renderActionDescription(
  name: string,
  folder: string,
  tables: readonly AudienceTable[],
): string {
  const description = toLiteral(
    {
      name,
      // Relative to the folder that is imported, whose Actions stand in `actions`.
      code: `./${folder}/${name}/code.js`,
      runtime: 'node22',
      dependencies: [],
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      deployed: true,
      secrets: [],
    },
    2,
  );
  // auth0-deploy-cli puts the value in place of "@@NAME@@", which a literal would hide from it.
  const secrets = secretsOf(tables).map((secret) => `    { "name": "${secret}", "value": "@@${secret}@@" }`);
  const list = secrets.length === 0 ? '[]' : `[\n${secrets.join(',\n')}\n  ]`;
  return `${description.replace(/\[\]\n}$/, `${list}\n}`)}\n`;
}

/** The names of the secrets that the Action reads; the config takes letters, digits and underscores alone. */
function secretsOf(tables: readonly AudienceTable[]): string[] {
  const names = tables
    .flatMap(({ sources }) => sources)
    .flatMap((source) =>
      source.kind === 'managementApi' ? [source.clientIdSecret, source.clientSecretSecret] : [],
    );
  return [...new Set(names)].sort();
}
