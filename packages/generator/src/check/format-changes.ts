// What a checkout changes against a commit, as a terminal shows it.
import { count } from '../format/count.ts';
import { docsPage } from '../format/docs-page.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import { hang } from '../format/wrap.ts';
import type { MachineChange, NameChange } from './access-change.ts';
import type { BaseChange } from './checked.ts';
import type { AudienceChange } from './config-change.ts';
import { describeLayout } from './describe-layout.ts';
import { type GrantGroup, groupChanges } from './grant-groups.ts';
import type { SettingChange } from './setting-change.ts';

/** Names shown of a list, and groups of roles shown of an audience; `--json` has all. */
const MAX_NAMES = 10;
const MAX_GROUPS = 20;

/** With the Action that removes a permission, its name is a no, in every token. */
const REMOVED = [
  '    Before this is deployed, no API may ask for what is removed. How to rename:',
  `      ${docsPage('explanation/layouts.md')}`,
];

export function formatChanges(change: BaseChange, columns: number | undefined): string {
  const { base, commit, notes, roles, settings, audiences } = change;
  return [
    `Against ${oneLine(base)} (${commit.slice(0, 12)})`,
    ...notes.map((note) => hang('  note: ', oneLine(note), columns)),
    ...roles.added.slice(0, MAX_GROUPS).map((role) => `  new role ${quoted(role)}`),
    ...more(roles.added.length - MAX_GROUPS, '  new roles: '),
    ...roles.removed.slice(0, MAX_GROUPS).map((role) => `  the role ${quoted(role)} is gone`),
    ...more(roles.removed.length - MAX_GROUPS, '  roles that are gone: '),
    ...settings.map((setting) => `  ${formatSetting(setting)}`),
    ...audiences.flatMap(formatAudience),
  ].join('\n');
}

function formatAudience(change: AudienceChange): string[] {
  const { name, previousName, state, permissions, layout, line } = change;
  const { added, removed } = permissions;
  if (state === 'removed') {
    return [
      `  ${name}: left the config`,
      ...(change.roles.length === 0
        ? []
        : [
            `    ${plural(change.roles.length, 'role')} had permissions there: its tokens carry none any more`,
          ]),
    ];
  }
  if (isSame(change)) return [`  ${name}: the same`];
  return [
    added.length + removed.length === 0
      ? `  ${name}`
      : `  ${name}: ${plural(added.length, 'permission')} added, ${count(removed.length)} removed`,
    ...(previousName === undefined ? [] : [`    named ${previousName} before`]),
    ...names('    ', { gained: added, lost: removed }),
    ...(removed.length === 0 ? [] : REMOVED),
    ...groups('role', groupChanges(change.roles.map((own) => [own.role, own]))),
    ...change.machines.filter(({ all }) => all.before !== all.after).map(formatAll),
    ...groups('client', groupChanges(change.machines.filter(hasNames).map((own) => [own.client, own]))),
    ...change.settings.map((setting) => `    ${formatSetting(setting)}`),
    ...(layout === 'same' ? [] : [`    layout: ${describeLayout(layout)}`]),
    ...(line.before === line.after ? [] : [`    largest line: ${sizes(line)}`]),
  ];
}

function isSame({
  state,
  previousName,
  permissions,
  roles,
  machines,
  settings,
  layout,
  line,
}: AudienceChange) {
  return (
    state === 'kept' &&
    previousName === undefined &&
    layout === 'same' &&
    line.before === line.after &&
    [permissions.added, permissions.removed, roles, machines, settings].every((list) => list.length === 0)
  );
}

function hasNames({ gained, lost }: NameChange): boolean {
  return gained.length + lost.length > 0;
}

function groups(noun: string, all: readonly GrantGroup[]): string[] {
  return [
    ...all
      .slice(0, MAX_GROUPS)
      .flatMap((group) => [`    ${describeHolders(noun, group.holders)}`, ...names('      ', group)]),
    ...more(all.length - MAX_GROUPS, `    changes of other ${noun}s: `),
  ];
}

/** `role "Clerk"`, `5 roles ("Clerk", "Buyer", "Packer" and 2 more)`. */
function describeHolders(noun: string, holders: readonly string[]): string {
  const shown = holders.slice(0, 3).map((name) => quoted(name));
  if (holders.length === 1) return `${noun} ${shown[0]}`;
  const rest = holders.length - shown.length;
  return `${plural(holders.length, noun)} (${shown.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''})`;
}

/** A name of a role or a client, which may hold anything. */
function quoted(name: string): string {
  return oneLine(JSON.stringify(name));
}

function names(indent: string, { gained, lost }: NameChange): string[] {
  return [...listed(`${indent}+ `, gained), ...listed(`${indent}- `, lost)];
}

function listed(start: string, all: readonly string[]): string[] {
  return [
    ...all.slice(0, MAX_NAMES).map((name) => start + oneLine(name)),
    ...more(all.length - MAX_NAMES, start),
  ];
}

function more(number: number, start: string): string[] {
  return number > 0 ? [`${start}and ${count(number)} more (--json lists all)`] : [];
}

function formatAll({ client, all }: MachineChange): string {
  return all.after
    ? `    client ${quoted(client)} may request every scope of the API from now on, later ones too`
    : `    client ${quoted(client)} may no longer request every scope of the API, but those of its grant`;
}

function formatSetting({ setting, before, after }: SettingChange): string {
  return oneLine(`${setting}: ${before ?? '(not set)'} -> ${after ?? '(not set)'}`);
}

function sizes({ before, after }: AudienceChange['line']): string {
  if (before === null || after === null) return count(after ?? before ?? 0);
  return `${count(before)} before, ${count(after)} after`;
}
