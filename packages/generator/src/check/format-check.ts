// What was checked, as a terminal shows it: the verdict last.
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import { shown } from '../format/visible-text.ts';
import { hang, indentRest } from '../format/wrap.ts';
import type { Report } from '../report/build-report.ts';
import { formatAssumptions } from '../report/format-assumptions.ts';
import { formatBounded } from '../report/format-bounded.ts';
import { formatLints } from '../report/format-lints.ts';
import { formatOrganizations } from '../report/format-organizations.ts';
import { formatSavings } from '../report/format-savings.ts';
import type { Checked } from './checked.ts';
import { formatChanges } from './format-changes.ts';

/**
 * @param why shows every size, what would make it smaller, what the proofs assume, and what organizations get
 * @param columns of the terminal; undefined where there is none
 */
export function formatCheck(checked: Checked, why: boolean, columns: number | undefined): string {
  const { report, failures, warnings, changes } = shown(checked);
  // Elsewhere than on a terminal a failure is one line, for programs that read lines.
  const failureColumns = columns ?? Number.POSITIVE_INFINITY;
  return [
    ...(changes === undefined ? [] : [formatChanges(changes, columns)]),
    ...(why
      ? [
          formatSizes(report, columns),
          ...report.audiences.map(formatSavings),
          formatAssumptions(report.audiences),
          ...formatOrganizations(report.audiences, columns),
        ]
      : []),
    ...formatLints(warnings, report.audiences),
    ...report.notes.map((note) => hang('note: ', note, columns)),
    failures.length === 0
      ? formatPassed(checked)
      : failures
          .map(({ code, message, fix }) => indentRest(`FAILED ${code}: ${message}. ${fix}`, failureColumns))
          .join('\n'),
  ].join('\n\n');
}

function formatSizes({ audiences }: Report, columns: number | undefined): string {
  const width = Math.max(...audiences.map(({ name }) => name.length));
  return audiences
    .flatMap(({ name, proof, budget, over, bounded }) => [
      `${over === 0 ? 'ok   ' : 'OVER '} ${name.padEnd(width)}  at most ${count(proof.line)} of ${count(budget.bytes)} bytes (${budget.decidedBy})`,
      ...(bounded === undefined ? [] : [hang('      ', formatBounded(bounded), columns)]),
    ])
    .join('\n');
}

/** Audiences that the verdict names. */
const MAX_NAMED = 5;

/** Three lines: the fullest API, the files, the verdict. */
function formatPassed({ report, files, strict }: Checked): string {
  const { audiences, actions, environment } = report;
  const fullest = audiences.reduce((most, next) =>
    next.proof.line / next.budget.bytes > most.proof.line / most.budget.bytes ? next : most,
  );
  const largest = actions.reduce((most, next) => (next.bytes > most.bytes ? next : most));
  const who =
    audiences.length > MAX_NAMED
      ? plural(audiences.length, 'API')
      : audiences.map(({ name }) => name).join(', ');
  return [
    `sizes: at most ${count(fullest.proof.line)} of ${count(fullest.budget.bytes)} bytes a line (${audiences.length === 1 ? '' : `the fullest of ${plural(audiences.length, 'API')}: `}${fullest.name})`,
    `files: ${count(files)} current; ${actions.length === 1 ? 'the Action' : 'the largest Action'} has ${count(largest.bytes)} of ${count(largest.limit)} bytes`,
    `ok    no token of ${who} passes its budget${environment === '' ? '' : ` in ${environment}`}${strict ? ', and nothing is linted' : ''}`,
  ].join('\n');
}
