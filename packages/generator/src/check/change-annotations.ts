// Who gets what, as notices beside the config in a pull request.
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import type { NameChange } from './access-change.ts';
import type { Annotation, Places } from './annotations.ts';
import type { BaseChange } from './checked.ts';
import type { AudienceChange } from './config-change.ts';
import { groupChanges } from './grant-groups.ts';
import type { SettingChange } from './setting-change.ts';

/** GitHub shows ten notices a step, and little of a long one. */
const MAX_NOTICES = 10;
const MAX_LINES = 20;
const MAX_NAMES = 10;

/** A notice for each audience in which somebody gets something else, and one for what all share. */
export function changeAnnotations(change: BaseChange, places: Places): Annotation[] {
  const { roles, settings, audiences, base } = change;
  const shared = [
    ...named('new roles', roles.added),
    ...named('roles that are gone', roles.removed),
    ...settings.map(describeSetting),
  ];
  const notices = [
    ...(shared.length === 0 ? [] : [{ name: 'all APIs', lines: shared, line: 1 }]),
    ...audiences
      .map((audience) => ({
        name: audience.name,
        lines: linesOf(audience),
        line: places.lineOf(audience.name) ?? 1,
      }))
      .filter(({ lines }) => lines.length > 0),
  ];
  return notices.slice(0, MAX_NOTICES).map(({ name, lines, line }) => ({
    level: 'notice',
    title: `claimgen: what changes against ${base} in ${name}`,
    message: [
      ...lines.slice(0, MAX_LINES),
      ...(lines.length > MAX_LINES
        ? [`and ${count(lines.length - MAX_LINES)} more (claimgen check --json)`]
        : []),
    ].join('\n'),
    file: places.config,
    line,
  }));
}

function linesOf({ state, roles, machines, settings }: AudienceChange): string[] {
  if (state === 'removed') {
    return roles.length === 0
      ? []
      : [`left the config: ${plural(roles.length, 'role')} had permissions there`];
  }
  return [
    ...groupChanges(roles.map((own) => [own.role, own])).map((group) =>
      describe('role', group.holders, group),
    ),
    ...groupChanges(machines.map((own) => [own.client, own])).map((group) =>
      describe('client', group.holders, group),
    ),
    ...machines
      .filter(({ all }) => all.before !== all.after)
      .map(
        ({ client, all: { after } }) =>
          `client ${JSON.stringify(client)}: ${after ? 'every scope of the API from now on' : 'no longer every scope of the API'}`,
      ),
    ...settings.map(describeSetting),
  ];
}

function named(what: string, roles: readonly string[]): string[] {
  return roles.length === 0 ? [] : [`${what}: ${listOf(roles.map((role) => JSON.stringify(role)))}`];
}

function describe(noun: string, holders: readonly string[], { gained, lost }: NameChange): string {
  const who = holders.map((name) => JSON.stringify(name));
  const changes = [
    ...(gained.length === 0 ? [] : [`+ ${listOf(gained)}`]),
    ...(lost.length === 0 ? [] : [`- ${listOf(lost)}`]),
  ];
  return `${holders.length === 1 ? noun : plural(holders.length, noun)} ${listOf(who)}: ${changes.join('; ')}`;
}

function listOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).map(oneLine).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

function describeSetting({ setting, before, after }: SettingChange): string {
  return oneLine(`${setting}: ${before ?? '(not set)'} -> ${after ?? '(not set)'}`);
}
