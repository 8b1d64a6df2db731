// The tables of an Action as a reviewer reads them: a role a line, the names of permissions with their places.
import type { AudienceTable, RoleRow, Tables } from '@claimgen/action-runtime';
import { toLiteral } from '../render/literal.ts';
import { COLUMNS, NAMES_INDENT, nameLines } from './name-lines.ts';

/** JavaScript that declares `tables`. */
export function tablesText({ audiences, roles }: Tables): string {
  const [first, ...others] = audiences.map(({ sources }) => JSON.stringify(sources));
  const isShared = others.length > 0 && others.every((sources) => sources === first);
  return [
    ...namesText(audiences),
    ...(isShared ? [...lines('const sources = ', audiences[0]?.sources, ';'), ''] : []),
    'const tables = {',
    '  audiences: [',
    ...audiences.flatMap((table) => ['    {', ...audienceLines(table, isShared), '    },']),
    '  ],',
    ...(roles === undefined ? [] : ['  roles: [', ...roles.flatMap(roleLines), '  ],']),
    '};',
  ].join('\n');
}

function audienceLines({ sources, names, ...plain }: AudienceTable, isShared: boolean): string[] {
  return [
    ...Object.entries(plain).flatMap(([key, value]) => lines(`      ${key}: `, value, ',')),
    ...(isShared ? ['      sources,'] : lines('      sources: ', sources, ',')),
    ...(names === undefined ? [] : [`      names: expandNames(names${memberText(plain.name)}),`]),
  ];
}

/** The member of an object by that name. */
function memberText(name: string): string {
  const key = keyText(name);
  return key === name ? `.${key}` : `[${key}]`;
}

/** The names of every audience that needs them: in the order of their places, each line with that of its first. */
function namesText(audiences: readonly AudienceTable[]): string[] {
  const named = audiences.flatMap(({ name, names }) => (names === undefined ? [] : [{ name, names }]));
  if (named.length === 0) return [];
  const line = ([place, text]: [string, string]): string =>
    `${' '.repeat(NAMES_INDENT)}${place}: ${toLiteral(text)},`;
  return [
    '/** The permissions of each API, a line under the place of its first (see expandNames). */',
    'const names = {',
    ...named.flatMap(({ name, names }) => [
      `  ${keyText(name)}: {`,
      ...Object.entries(nameLines(names)).map(line),
      '  },',
    ]),
    '};',
    '',
  ];
}

/** By name: what the role grants in each audience. */
function roleLines([name, grants]: RoleRow): string[] {
  return lines(`    [${toLiteral(name)}, `, grants, '],');
}

/** A value on one line where that is enough; else its members below, as many a line as it takes. */
function lines(prefix: string, value: unknown, end: string): string[] {
  const { open, members, close } = partsOf(value);
  const one = `${prefix}${inline(value)}${end}`;
  if (one.length <= COLUMNS || members.length === 0) return [one];
  const indent = /^ */.exec(prefix)?.[0] ?? '';
  const below: string[] = [];
  for (const [key, member] of members) {
    const text = `${key}${inline(member)},`;
    const last = below.at(-1);
    if (`${indent}  ${text}`.length > COLUMNS) below.push(...lines(`${indent}  ${key}`, member, ','));
    // Lists of lists are read line by line.
    else if (last === undefined || typeof member === 'object' || last.length + 1 + text.length > COLUMNS)
      below.push(`${indent}  ${text}`);
    else below[below.length - 1] = `${last} ${text}`;
  }
  return [`${prefix}${open.trim()}`, ...below, `${indent}${close.trim()}${end}`];
}

function inline(value: unknown): string {
  const { open, members, close } = partsOf(value);
  if (members.length === 0) return open.trim() + close.trim();
  return `${open}${members.map(([key, member]) => `${key}${inline(member)}`).join(', ')}${close}`;
}

/** What a value's text begins with, its members with the text before each, and what it ends with. */
function partsOf(value: unknown): {
  readonly open: string;
  readonly members: readonly (readonly [before: string, value: unknown])[];
  readonly close: string;
} {
  if (Array.isArray(value)) {
    return { open: '[', members: value.map((member: unknown) => ['', member]), close: ']' };
  }
  // Most of a table is places, which need no escapes.
  if (typeof value === 'number') return { open: JSON.stringify(value), members: [], close: '' };
  if (typeof value !== 'object' || value === null) return { open: toLiteral(value), members: [], close: '' };
  const members = Object.entries(value).map(([key, member]) => [`${keyText(key)}: `, member] as const);
  return { open: '{ ', members, close: ' }' };
}

/** Names of audiences, and our own: none can be `__proto__`, which in an object literal means something else. */
function keyText(key: string): string {
  return /^[A-Za-z]\w*$/.test(key) ? key : toLiteral(key);
}
