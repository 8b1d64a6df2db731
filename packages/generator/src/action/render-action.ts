import type { AudienceTable } from '@claimgen/action-runtime';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { pack } from './pack.ts';

/** What the Action is rendered from, besides its tables. */
export interface ActionParts {
  readonly template: Template;
  /** The script that defines `claimgen`. */
  readonly runtime: string;
  /** The script that defines `claimgenPack`, carried only where packed tables make the Action smaller. */
  readonly unpack: string;
}

/** Auth0 takes 100 kB an Action (auth0.com/docs, "Actions limitations"); a kB is read as 1,000 bytes to be safe. */
export const MOST_ACTION_BYTES = 100_000;

/** `code.js`: one CommonJS file without dependencies. */
export function renderAction(parts: ActionParts, tables: readonly AudienceTable[]): string {
  const render = (unpack: string, expression: string) =>
    parts.template({
      audiences: tables.map((table) => ({
        name: table.name,
        layout: table.ids.join(' '),
        places: table.ends[table.ends.length - 1],
        roles: table.roles.length,
        encoding: table.encoding,
        sources: table.sources
          .map((source) => (source.kind === 'roles' ? 'roles' : 'a list in the event'))
          .join(' and '),
        failing: table.onError === 'deny' ? 'the login is denied' : 'the claim is omitted',
      })),
      runtime: parts.runtime.trim(),
      unpack: unpack.trim(),
      tables: expression,
    });
  const plain = render('', `[\n${tables.map((table) => `  ${toLiteral(table)},\n`).join('')}]`);
  const packed = render(parts.unpack, `claimgenPack.unpack('${pack(tables)}')`);
  return packed.length < plain.length ? packed : plain;
}

/** The Action's description for auth0-deploy-cli: `actions/<name>.json`. */
export function renderActionDescription(name: string, folder: string): string {
  return `${toLiteral(
    {
      name,
      // Relative to the folder that is imported, whose Actions stand in `actions`.
      code: `./${folder}/${name}/code.js`,
      runtime: 'node22',
      dependencies: [],
      secrets: [],
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      deployed: true,
    },
    2,
  )}\n`;
}
