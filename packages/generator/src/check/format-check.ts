import { count } from '../format/count.ts';
import { hang } from '../format/wrap.ts';
import { formatAssumptions } from '../report/format-assumptions.ts';
import { formatBounded } from '../report/format-bounded.ts';
import { formatLint } from '../report/format-report.ts';
import { formatWaysOut } from '../report/format-ways-out.ts';
import type { Checked } from './checked.ts';
import type { AudienceChange } from './config-change.ts';
import { describeLayout } from './describe-layout.ts';

/** What was checked as a terminal shows it: a line an audience, a line a failure, and what the proofs assume. */
export function formatCheck(checked: Checked, why: boolean): string {
  const { report, failures, warnings, changes } = checked;
  const width = Math.max(...report.audiences.map(({ name }) => name.length));
  return [
    report.audiences
      .flatMap(({ name, proof, budget, over, bounded }) => [
        `${over === 0 ? 'ok   ' : 'OVER '} ${name.padEnd(width)}  at most ${count(proof.line)} of ${count(budget.bytes)} bytes (${budget.decidedBy})`,
        ...(bounded === undefined ? [] : [hang('      ', formatBounded(bounded))]),
      ])
      .join('\n'),
    ...(failures.length === 0
      ? []
      : [failures.map(({ check, message, mend }) => `FAILED ${check}: ${message}. ${mend}`).join('\n')]),
    ...warnings.map(formatLint),
    ...report.notes.map((note) => hang('note: ', note)),
    ...(changes === undefined ? [] : [formatChanges(changes)]),
    ...(why ? report.audiences.map(formatWaysOut) : []),
    formatAssumptions(report.audiences),
  ].join('\n\n');
}

function formatChanges({ base, audiences }: NonNullable<Checked['changes']>): string {
  return [`Against ${base}`, ...audiences.flatMap(formatChange)].join('\n');
}

const MOST_SHOWN = 10;

function formatChange({ name, permissions, layout, line }: AudienceChange): string[] {
  const { added, removed } = permissions;
  const sizes =
    line.before === null || line.after === null
      ? count(line.after ?? line.before ?? 0)
      : line.before === line.after
        ? `${count(line.after)}, as before`
        : `${count(line.before)} before, ${count(line.after)} after`;
  return [
    `  ${name}: ${count(added.length)} permissions added, ${count(removed.length)} removed`,
    ...listed('+', added),
    ...listed('-', removed),
    `    layout: ${describeLayout(layout)}`,
    `    largest line: ${sizes}`,
  ];
}

function listed(sign: string, names: readonly string[]): string[] {
  const more = names.length - MOST_SHOWN;
  return [
    ...names.slice(0, MOST_SHOWN).map((name) => `    ${sign} ${name}`),
    ...(more > 0 ? [`    ${sign} and ${count(more)} more (--json lists all)`] : []),
  ];
}
