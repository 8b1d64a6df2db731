// What a tenant has that a catalog has not, and the other way round, in lines.
import type { CatalogChange } from '@claimgen/tenant';
import { oneLine } from '../format/visible-text.ts';

/** Lines that are shown; `--json` has all. */
const MAX_LINES = 200;
/** Names that are shown on one line. */
const MAX_NAMES = 20;

/** One change a line: `+` is in the tenant only, `-` in the catalog only. */
export function formatChanges(changes: readonly CatalogChange[]): string[] {
  const lines = changes.slice(0, MAX_LINES).map((change) => oneLine(lineOf(change)));
  const more = changes.length - lines.length;
  return more === 0 ? lines : [...lines, `… and ${more} more (--json prints all)`];
}

function lineOf(change: CatalogChange): string {
  switch (change.kind) {
    case 'api':
      return `${sign(change.change)} API ${change.api}`;
    case 'api-setting':
      return `~ API ${change.api}: ${change.setting} ${change.before} -> ${change.after}`;
    case 'permission':
      return `${sign(change.change)} permission ${nameOf(change.permission)}`;
    case 'role':
      return `${sign(change.change)} role ${change.role}`;
    case 'role-permissions':
      return `~ role ${change.role}${listed('gained', change.gained.map(nameOf))}${listed('lost', change.lost.map(nameOf))}`;
    case 'grant':
      return `${sign(change.change)} grant of ${change.client} to ${change.audience}`;
    case 'grant-scopes':
      return `~ grant of ${change.client} to ${change.audience}${listed('gained', change.gained)}${listed('lost', change.lost)}`;
  }
}

function sign(change: 'added' | 'removed'): string {
  return change === 'added' ? '+' : '-';
}

function nameOf({
  name,
  audience,
}: {
  readonly name: string;
  readonly audience?: string | undefined;
}): string {
  return audience === undefined ? name : `${name} (${audience})`;
}

function listed(verb: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return ` ${verb} ${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}
