// `code.js`: one CommonJS file without dependencies, which a reviewer reads in Auth0's dashboard.

import type { AudienceTable, RoleRow, Tables } from '@claimgen/action-runtime';
import { MAX_CODE_BYTES } from '#auth0/limits';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { type ActionOrigin, headerLines } from './header.ts';
import { pack } from './pack.ts';
import { type RuntimeModule, runtimeFor } from './runtime.ts';
import { tablesText } from './tables-text.ts';

/** What every Action is rendered from, other than its tables. */
export interface ActionParts {
  readonly template: Template;
  /** The modules of @claimgen/action-runtime, in the order in which they are read. */
  readonly modules: readonly RuntimeModule[];
  readonly versions: ActionOrigin['versions'];
}

/** Up to here tables stay as a reviewer can read them. */
const MAX_READABLE_BYTES = MAX_CODE_BYTES / 3;

/**
 * Renders an Action.
 * @param roles the tenant's roles, and what each grants in every audience
 */
export function renderAction(
  { template, modules, versions }: ActionParts,
  origin: Omit<ActionOrigin, 'versions'>,
  roles: readonly RoleRow[],
  audiences: readonly AudienceTable[],
): string {
  const tables: Tables = actionTables(audiences, roles);
  const render = (isReadable: boolean) => {
    const runtime = runtimeFor(modules, audiences, isReadable);
    const header = headerLines({ ...origin, versions }, audiences, runtime);
    return template({
      header: header.map((line) => ` * ${line}`.trimEnd()),
      tables: isReadable ? tablesText(tables) : unpacking(pack(tables)),
      runtime: runtime.text,
    });
  };
  const plain = render(true);
  if (Buffer.byteLength(plain) <= MAX_READABLE_BYTES) return plain;
  const packed = render(false);
  return packed.length < plain.length ? packed : plain;
}

/** The tables with the roles, as far as these audiences go by them. */
export function actionTables(audiences: readonly AudienceTable[], roles: readonly RoleRow[]): Tables {
  const byRoles = new Set(
    audiences.flatMap(({ name, sources }) =>
      factsOfAll(sources).some(({ needs }) => needs.roles) ? [name] : [],
    ),
  );
  if (byRoles.size === 0) return { audiences };
  return {
    audiences,
    roles: roles.map(([role, grants]) => [
      role,
      Object.fromEntries(
        Object.entries(grants).filter(([name, runs]) => byRoles.has(name) && runs.length > 0),
      ),
    ]),
  };
}

/** Declares `tables` by Node's own zlib, at cold start. */
function unpacking(packed: string): string {
  return `const tables = JSON.parse(\n  require("zlib").inflateRawSync(Buffer.from("${packed}", "base64")).toString("utf8"),\n);`;
}

/** The Action's description for auth0-deploy-cli: `actions/<name>.json`. */
export function renderActionDescription(name: string, folder: string, secrets: readonly string[]): string {
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
  const values = secrets.map((secret) => `    { "name": "${secret}", "value": "@@${secret}@@" }`);
  const list = values.length === 0 ? '[]' : `[\n${values.join(',\n')}\n  ]`;
  return `${description.replace(/\[\]\n}$/, `${list}\n}`)}\n`;
}
