// What a checkout changes against a commit, as Markdown.
import { count } from '../format/count.ts';
import { codeSpan, sentence } from '../format/markdown.ts';
import { list, table } from '../format/markdown-table.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import type { NameChange } from './access-change.ts';
import type { BaseChange } from './checked.ts';
import type { AudienceChange } from './config-change.ts';
import { describeLayout } from './describe-layout.ts';
import { groupChanges } from './grant-groups.ts';
import type { SettingChange } from './setting-change.ts';

/** Names shown of a list, and rows of a table; `--json` has all. */
const MAX_NAMES = 20;
const MAX_ROWS = 50;

/** Sections, the one of all audiences first. */
export function renderChanges(change: BaseChange): string[] {
  const { base, commit, notes, roles, settings, audiences } = change;
  const lines = [
    ...notes.map(sentence),
    ...(roles.added.length === 0 ? [] : [`new roles: ${names(roles.added)}`]),
    ...(roles.removed.length === 0 ? [] : [`roles that are gone: ${names(roles.removed)}`]),
  ];
  return [
    `### Against ${sentence(base)} (${commit.slice(0, 12)})`,
    ...(lines.length === 0 ? [] : [list(lines)]),
    ...(settings.length === 0 ? [] : [settingTable(settings)]),
    ...audiences.flatMap(audienceSections),
    '#### Layouts and sizes',
    table(
      ['API', 'permissions', 'layout', 'largest line before', 'after'],
      audiences.map(({ name, previousName, permissions: { added, removed }, layout, line }) => [
        `${sentence(name)}${previousName === undefined ? '' : ` (${sentence(previousName)} before)`}`,
        `+${count(added.length)} −${count(removed.length)}`,
        describeLayout(layout),
        line.before === null ? '' : count(line.before),
        line.after === null ? '' : count(line.after),
      ]),
    ),
  ];
}

function audienceSections(change: AudienceChange): string[] {
  const { name, state, permissions, roles, machines, settings } = change;
  const who = [
    ...groupChanges(roles.map((own) => [own.role, own])).map((group) => row('role', group.holders, group)),
    ...groupChanges(machines.map((own) => [own.client, own])).map((group) =>
      row('client', group.holders, group),
    ),
  ];
  const all = machines.filter((machine) => machine.all.before !== machine.all.after);
  const rest = who.length - MAX_ROWS;
  if (state === 'removed') return [];
  const sections = [
    ...(who.length === 0
      ? []
      : [
          table(
            ['who', 'gets', 'no longer gets'],
            [...who.slice(0, MAX_ROWS), ...(rest > 0 ? [[`and ${count(rest)} more`, '', '']] : [])],
            'left',
          ),
        ]),
    ...(all.length === 0
      ? []
      : [
          list(
            all.map(
              ({ client, all: { after } }) =>
                `client ${codeSpan(client)}: ${after ? 'every scope of the API from now on, later ones too' : 'no longer every scope of the API'}`,
            ),
          ),
        ]),
    ...(settings.length === 0 ? [] : [settingTable(settings)]),
    ...(permissions.added.length + permissions.removed.length === 0 ? [] : [details(change)]),
  ];
  return sections.length === 0 ? [] : [`#### ${sentence(name)}`, ...sections];
}

function row(noun: string, holders: readonly string[], { gained, lost }: NameChange): string[] {
  const who = holders.length === 1 ? noun : plural(holders.length, noun);
  return [`${who} ${names(holders)}`, names(gained), names(lost)];
}

function settingTable(settings: readonly SettingChange[]): string {
  return table(
    ['setting', 'before', 'after'],
    settings.map(({ setting, before, after }) => [
      codeSpan(setting),
      codeSpan(before ?? ''),
      codeSpan(after ?? ''),
    ]),
    'left',
  );
}

/** A list to open: what tokens can carry. */
function details({ name, permissions: { added, removed } }: AudienceChange): string {
  const lines = [
    ...added.map((permission) => `+ ${permission}`),
    ...removed.map((permission) => `- ${permission}`),
  ];
  const more = lines.length - MAX_ROWS;
  return [
    `<details><summary>${name}: permissions</summary>`,
    '',
    ...lines.slice(0, MAX_ROWS).map((line) => `    ${oneLine(line)}`),
    ...(more > 0 ? [`    and ${count(more)} more`] : []),
    '',
    '</details>',
  ].join('\n');
}

function names(all: readonly string[]): string {
  const more = all.length - MAX_NAMES;
  return [...all.slice(0, MAX_NAMES).map(codeSpan), ...(more > 0 ? [`and ${count(more)} more`] : [])].join(
    ', ',
  );
}
