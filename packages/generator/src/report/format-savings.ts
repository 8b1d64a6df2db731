import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { hang } from '../format/wrap.ts';

/** What would make an audience's tokens smaller, and by how many bytes of the line. */
export function formatSavings({ name, proof, savings, least }: AudienceReport): string {
  const atLeast =
    least === undefined ? [] : [`${name}: even with one permission the line has ${count(least)} bytes`];
  if (savings.length === 0)
    return [`${name}: nothing that claimgen knows would make the line smaller`, ...atLeast].join('\n');
  return [
    `What would bring ${name} down from ${count(proof.line)} bytes, each by itself`,
    ...savings.map(({ change, saves }) => hang(`  ${`-${count(saves)}`.padStart(8)}  `, change)),
    ...atLeast,
  ].join('\n');
}
