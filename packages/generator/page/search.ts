import type { PageAudience } from '../src/report/page-data.ts';
import { count, element, required, table } from './element.ts';
import { holdersByPlace, namesOf, placesOf } from './places.ts';

/** The search is the way through thousands: a page of all of them would be slow and help nobody. */
const ROWS = 10;
const ROLES_IN_A_ROW = 8;

/** The permissions of an audience with their patterns and roles: a search over all, some of them shown. */
export function startSearch(audience: PageAudience, index: number): void {
  const input = required(`search-${index}`, HTMLInputElement);
  const status = required(`found-${index}`, HTMLElement);
  const results = required(`results-${index}`, HTMLElement);
  const names = namesOf(audience);
  const entries = placesOf(audience.selected)
    .map((place) => ({ place, name: names[place] ?? '', folded: (names[place] ?? '').toLowerCase() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const patternsOf = holdersByPlace(audience.patterns);
  const rolesOf = holdersByPlace(audience.roles);
  const foldedRoles = audience.roles.map(([role]) => role.toLowerCase());
  let shown = ROWS;

  /** Roles by a part of their name; a name written out in full means that role, though others contain it. */
  const rolesNamed = (wanted: string): typeof audience.roles => {
    const exact = audience.roles[foldedRoles.indexOf(wanted)];
    if (exact !== undefined) return [exact];
    return audience.roles.filter((_, number) => foldedRoles[number]?.includes(wanted) === true);
  };

  const find = (): typeof entries => {
    const wanted = input.value.trim().toLowerCase();
    if (wanted === '') return entries;
    const granted = new Set(rolesNamed(wanted).flatMap(([, places]) => placesOf(places)));
    return entries.filter(({ folded, place }) => folded.includes(wanted) || granted.has(place));
  };

  const show = () => {
    const found = find();
    const wanted = input.value.trim().toLowerCase();
    const roles = wanted === '' ? [] : rolesNamed(wanted).map(([role]) => role);
    status.textContent = [
      `${count(found.length)} of ${count(entries.length)} permissions`,
      ...(roles.length === 0 ? [] : [`roles found: ${listed(roles)}`]),
      ...(found.length > shown ? [`the first ${count(shown)} are shown`] : []),
    ].join('; ');
    const rows = found
      .slice(0, shown)
      .map(({ name, place }) => [
        name,
        (patternsOf.get(place) ?? []).join(', '),
        roleCell(rolesOf.get(place) ?? []),
      ]);
    results.replaceChildren(table('Permissions', ['permission', 'selected by', 'granted by roles'], rows));
    if (found.length > shown) {
      const more = element('button', { type: 'button' }, 'Show more');
      more.addEventListener('click', () => {
        shown += 10 * ROWS;
        show();
        // The button that had the focus is gone.
        results.focus();
      });
      results.append(more);
    }
  };
  input.addEventListener('input', () => {
    shown = ROWS;
    show();
  });
  show();
}

/** The first few of them. */
function listed(roles: readonly string[]): string {
  const more = roles.length - 3;
  return `${roles.slice(0, 3).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

function roleCell(roles: readonly string[]): Node {
  if (roles.length === 0) return element('span', { class: 'faint' }, 'no role');
  if (roles.length <= ROLES_IN_A_ROW) return document.createTextNode(roles.join(', '));
  return element('details', {}, element('summary', {}, `${count(roles.length)} roles`), roles.join(', '));
}
