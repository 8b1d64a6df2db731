import type { Problem } from '../errors.ts';
import { count } from '../format/count.ts';
import { sentence } from '../format/markdown.ts';
import { list, table } from '../format/markdown-table.ts';
import { renderChanges } from './change-markdown.ts';
import type { Checked } from './checked.ts';

/** A list longer than this says less than its length. */
const MAX_LISTED = 50;

/** GitHub takes 1 MiB a step, what other commands of the step write included. */
const MAX_BYTES = 900_000;

/** The Markdown that GitHub shows on a run's page. */
export function renderStepSummary({ report, failures, warnings, changes }: Checked): string {
  const title = `claimgen check${report.environment === '' ? '' : `, ${sentence(report.environment)}`}`;
  return limited([
    `## ${failures.length === 0 ? '✅' : '❌'} ${title}`,
    table(
      ['API', 'permissions', 'largest line', 'budget', ''],
      report.audiences.map(({ name, permissions, proof, budget, over }) => [
        sentence(name),
        count(permissions),
        count(proof.line),
        `${count(budget.bytes)} (${sentence(budget.decidedBy)})`,
        over === 0 ? 'fits' : `**over by ${count(over)}**`,
      ]),
    ),
    ...(failures.length === 0
      ? []
      : [list(failures.map(({ message, fix }) => `**failed:** ${sentence(message)}. ${sentence(fix)}`))]),
    ...(changes === undefined ? [] : renderChanges(changes)),
    ...(warnings.length === 0
      ? []
      : [
          list(
            warnings.map(
              ({ where, message, fix }) => `${sentence(where)}: ${sentence(message)}. ${sentence(fix)}`,
            ),
          ),
        ]),
  ]);
}

/** As many sections as GitHub takes; the verdict and failures come first. */
function limited(sections: readonly string[]): string {
  let bytes = 0;
  const shown = sections.filter((section) => {
    bytes += Buffer.byteLength(section) + 2;
    return bytes <= MAX_BYTES;
  });
  const left = sections.length - shown.length;
  return `${[...shown, ...(left > 0 ? ['More than GitHub shows here; `claimgen check --json` prints all.'] : [])].join('\n\n')}\n`;
}

/** The same for input that can't be used. */
export function renderProblemsSummary(problems: readonly Problem[]): string {
  const more = problems.length - MAX_LISTED;
  const items = problems
    .slice(0, MAX_LISTED)
    .map(
      ({ code, message, fix, path }) =>
        `**${code}:** ${sentence(path === undefined ? message : `${path}: ${message}`)}. ${sentence(fix)}`,
    );
  return `## ❌ claimgen check\n\n${list([...items, ...(more > 0 ? [`and ${count(more)} more`] : [])])}\n`;
}
