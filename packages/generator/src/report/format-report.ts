import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { hang } from '../format/wrap.ts';
import type { Lint } from '../lint/lint.ts';
import type { Report } from './build-report.ts';
import { formatBounded } from './format-bounded.ts';

/** The report as a terminal shows it, within 80 columns but for long names. */
export function formatReport(report: Report): string {
  return [
    ...(report.environment === '' ? [] : [`environment ${report.environment}`]),
    ...report.audiences.map(formatAudience),
    ...report.actions.map(
      ({ name, bytes, most }) =>
        `Action ${name}: ${count(bytes)} of Auth0's ${count(most)} bytes (${percent(bytes, most)})`,
    ),
    ...report.lints.map(formatLint),
    ...report.notes.map((note) => hang('note: ', note)),
  ].join('\n\n');
}

/** A lint as a terminal shows it. */
export function formatLint({ severity, code, where, message, mend }: Lint): string {
  return `${hang(`${severity} `, `${code}: ${where}: ${message}`)}\n${hang('  ', mend)}`;
}

function formatAudience(audience: AudienceReport): string {
  const { proof, budget } = audience;
  const verdict = audience.over === 0 ? 'fits' : `OVER BY ${count(audience.over)}`;
  return [
    `${audience.name}  ${audience.audience}`,
    ...audience.patterns.map(
      ({ kind, text, names }) => `  ${`${kind} ${text}`.padEnd(50)} ${count(names).padStart(7)}`,
    ),
    `  ${'permissions'.padEnd(50)} ${count(audience.permissions).padStart(7)}`,
    `  ${bar(proof.line, budget.bytes)} ${count(proof.line)} of ${count(budget.bytes)} bytes (${percent(proof.line, budget.bytes)}), ${verdict}`,
    hang(
      '  ',
      `the claim takes at most ${count(audience.claimBytes.atMost)}; with Auth0's stock claim the line would have ${count(audience.stockLine)}`,
    ),
    ...(audience.bounded === undefined ? [] : [hang('  ', formatBounded(audience.bounded))]),
    ...audience.notes.map((note) => hang('  note: ', note)),
  ].join('\n');
}

const BAR_WIDTH = 30;

function bar(part: number, whole: number): string {
  const filled = Math.min(BAR_WIDTH, Math.ceil((BAR_WIDTH * part) / whole));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)}%`;
}
