// What a resolver knows of one API: the tables of its Action, so that both decide alike. `@claimgen/resolver` reads it.
import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
import { toLiteral } from '../render/literal.ts';
import { actionTables } from './render-action.ts';

/** The form of the file; another one has another number. */
const FORMAT = 'claimgen-resolver-1';

/** `resolver/<audience>.json`: a line for each member of the table and for each role. */
export function renderResolverTables(table: AudienceTable, roles: readonly RoleRow[]): string {
  // What is about one token and not about the user: its size, its scopes, its time.
  const { cap: _cap, strip: _strip, asOf: _asOf, ...kept } = table;
  const tables = actionTables([kept], roles);
  return `${[
    '{',
    `  "format": ${toLiteral(FORMAT)},`,
    '  "audiences": [',
    '    {',
    Object.entries(kept)
      .map(([key, value]) => `      ${toLiteral(key)}: ${toLiteral(value)}`)
      .join(',\n'),
    '    }',
    `  ]${tables.roles === undefined ? '' : ','}`,
    ...(tables.roles === undefined
      ? []
      : ['  "roles": [', tables.roles.map((row) => `    ${toLiteral(row)}`).join(',\n'), '  ]']),
    '}',
  ]
    .filter((line) => line !== '')
    .join('\n')}\n`;
}
