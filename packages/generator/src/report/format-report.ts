import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { hang } from '../format/wrap.ts';
import type { Report } from './build-report.ts';
import { formatBounded } from './format-bounded.ts';
import { formatLints } from './format-lints.ts';
import { formatOrganizations } from './format-organizations.ts';

/** The report as a terminal shows it, within 80 columns but for long names. */
export function formatReport(report: Report): string {
  const common = commonNotes(report);
  return [
    ...(report.environment === '' ? [] : [`environment ${report.environment}`]),
    ...report.audiences.map((audience) => formatAudience(audience, common)),
    ...report.actions.map(
      ({ name, bytes, limit }) =>
        `Action ${name}: ${count(bytes)} of Auth0's ${count(limit)} bytes (${percent(bytes, limit)})`,
    ),
    ...formatOrganizations(report.audiences),
    ...formatLints(report.lints, report.audiences),
    ...[...common].map((note) => hang('note: ', note)),
    ...report.notes.map((note) => hang('note: ', note)),
  ].join('\n\n');
}

/** Notes on every audience, of several: they are shown once. */
export function commonNotes({ audiences }: Report): ReadonlySet<string> {
  const [first, ...others] = audiences;
  if (first === undefined || others.length === 0) return new Set();
  return new Set(first.notes.filter((note) => others.every(({ notes }) => notes.includes(note))));
}

function formatAudience(audience: AudienceReport, common: ReadonlySet<string>): string {
  const { proof, budget } = audience;
  const verdict = audience.over === 0 ? 'fits' : `OVER BY ${count(audience.over)}`;
  return [
    `${audience.name}  ${audience.identifier}`,
    ...audience.patterns.map(
      ({ kind, text, names }) => `  ${`${kind} ${text}`.padEnd(50)} ${count(names).padStart(7)}`,
    ),
    `  ${'permissions'.padEnd(50)} ${count(audience.permissions).padStart(7)}`,
    `  ${bar(proof.line, budget.bytes)} ${count(proof.line)} of ${count(budget.bytes)} bytes (${percent(proof.line, budget.bytes)}), ${verdict}`,
    hang('  ', `the claim takes at most ${count(audience.claimBytes.atMost)}; ${stockComparison(audience)}`),
    ...(audience.bounded === undefined ? [] : [hang('  ', formatBounded(audience.bounded))]),
    ...audience.notes.filter((note) => !common.has(note)).map((note) => hang('  note: ', note)),
  ].join('\n');
}

/** The line with Auth0's claim alone, and with claimgen's alone where both are in the token now. */
export function stockComparison({ stockLine, withoutStock, proof }: AudienceReport): string {
  if (withoutStock === undefined) return `with Auth0's stock claim the line would have ${count(stockLine)}`;
  return `Auth0's stock claim is in the ${count(proof.line)}, too: the line has ${count(withoutStock.line)} once token_dialect is ${withoutStock.dialect}, and ${count(stockLine)} with Auth0's claim only`;
}

const BAR_WIDTH = 30;

function bar(part: number, whole: number): string {
  const filled = Math.min(BAR_WIDTH, Math.ceil((BAR_WIDTH * part) / whole));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)}%`;
}
