import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import type { Quantiles } from '../model/size-histogram.ts';
import type { AudiencePopulation, PopulationSizes, SizedUser } from './audience-tally.ts';
import type { Population } from './measure-population.ts';

/** A population's sizes as a terminal shows them, within 80 columns but for names and ids. */
export function formatPopulation(population: Population, described: string): string {
  return [
    `${plural(population.users, 'user')} ${described}`,
    ...population.audiences.map(formatAudience),
    ...formatUnknownRoles(population),
  ].join('\n\n');
}

function formatAudience(audience: AudiencePopulation): string {
  const { name, budget, bound, over, change } = audience;
  return [
    `${name}: ${count(budget)} bytes a line at most, ${count(bound)} proven`,
    row('', ['p50', 'p95', 'p99', 'max']),
    ...formatSizes('', audience),
    ...(change === undefined ? [] : formatSizes('base: ', change.base)),
    ...(change === undefined ? [] : formatChange(change)),
    over === 0
      ? '  nobody is over the budget'
      : `  OVER THE BUDGET: ${plural(over, 'user')}\n${formatUsers(audience.largest, budget)}`,
    ...formatNotes(audience),
  ].join('\n');
}

function formatSizes(label: string, { claim, line }: PopulationSizes): string[] {
  const cells = ({ p50, p95, p99, max }: Quantiles) => [p50, p95, p99, max].map(count);
  return [row(`${label}claim, bytes`, cells(claim)), row(`${label}line, bytes`, cells(line))];
}

function row(label: string, cells: readonly string[]): string {
  return `  ${label.padEnd(30)}${cells.map((cell) => cell.padStart(11)).join('')}`;
}

function formatChange(change: NonNullable<AudiencePopulation['change']>): string[] {
  const { grown, shrunk, mostGrown, newlyOver, newlyOverflowing, noLongerOver } = change;
  return [
    `  the line grows for ${plural(grown, 'user')} (by up to ${plural(mostGrown, 'byte')}), shrinks for ${count(shrunk)}`,
    ...(newlyOver === 0
      ? []
      : [`  newly over the budget: ${plural(newlyOver, 'user')}, among them`, formatUsers(newlyOverflowing)]),
    ...(noLongerOver === 0 ? [] : [`  no longer over the budget: ${plural(noLongerOver, 'user')}`]),
  ];
}

const MAX_SHOWN = 10;

function formatUsers(users: readonly SizedUser[], above = 0): string {
  return users
    .filter(({ line }) => line > above)
    .slice(0, MAX_SHOWN)
    .map(({ id, line }) => `    ${count(line).padStart(9)}  ${id}`)
    .join('\n');
}

function formatNotes({ directUnread, subjectTooLong }: AudiencePopulation): string[] {
  return [
    ...(directUnread === 0
      ? []
      : [
          `  note: ${plural(directUnread, 'user holds', 'users hold')} direct permissions, which no source reads`,
        ]),
    ...(subjectTooLong === 0
      ? []
      : [
          `  note: ${plural(subjectTooLong, 'user has an id', 'users have ids')} longer than proven for (token.subjectBytes)`,
        ]),
  ];
}

function formatUnknownRoles({ unknownRoles }: Population): string[] {
  if (unknownRoles.length === 0) return [];
  return [
    [
      'Roles that users hold and the catalog does not know; they grant nothing:',
      ...unknownRoles.map(({ role, users }) => `  ${JSON.stringify(role)}: ${plural(users, 'user')}`),
    ].join('\n'),
  ];
}
