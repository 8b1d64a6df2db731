import type { Problem } from '../errors.ts';
import { count } from '../format/count.ts';
import { escapeMarkdown } from '../format/escape-markdown.ts';
import type { Checked } from './checked.ts';
import type { AudienceChange } from './config-change.ts';
import { describeLayout } from './describe-layout.ts';

/** GitHub takes 1 MiB a step; a list longer than this says less than its length. */
const MOST_LISTED = 50;

/** The Markdown that GitHub shows on a run's page. */
export function renderStepSummary({ report, failures, warnings, changes }: Checked): string {
  const title = `claimgen check${report.environment === '' ? '' : `, ${escapeMarkdown(report.environment)}`}`;
  return `${[
    `## ${failures.length === 0 ? '✅' : '❌'} ${title}`,
    table(
      ['API', 'permissions', 'largest line', 'budget', ''],
      report.audiences.map(({ name, permissions, proof, budget, over }) => [
        escapeMarkdown(name),
        count(permissions),
        count(proof.line),
        `${count(budget.bytes)} (${escapeMarkdown(budget.decidedBy)})`,
        over === 0 ? 'fits' : `**over by ${count(over)}**`,
      ]),
    ),
    ...(failures.length === 0
      ? []
      : [
          list(
            failures.map(
              ({ message, mend }) => `**failed:** ${escapeMarkdown(message)}. ${escapeMarkdown(mend)}`,
            ),
          ),
        ]),
    ...(changes === undefined ? [] : changesOf(changes)),
    ...(warnings.length === 0
      ? []
      : [
          list(
            warnings.map(
              ({ where, message, mend }) =>
                `${escapeMarkdown(where)}: ${escapeMarkdown(message)}. ${escapeMarkdown(mend)}`,
            ),
          ),
        ]),
  ].join('\n\n')}\n`;
}

/** The same for input that can't be used. */
export function renderProblemsSummary(problems: readonly Problem[]): string {
  const more = problems.length - MOST_LISTED;
  const items = problems
    .slice(0, MOST_LISTED)
    .map(
      ({ code, message, mend, path }) =>
        `**${code}:** ${escapeMarkdown(path === undefined ? message : `${path}: ${message}`)}. ${escapeMarkdown(mend)}`,
    );
  return `## ❌ claimgen check\n\n${list([...items, ...(more > 0 ? [`and ${count(more)} more`] : [])])}\n`;
}

function changesOf({ base, audiences }: NonNullable<Checked['changes']>): string[] {
  return [
    `### Against ${escapeMarkdown(base)}`,
    table(
      ['API', 'permissions', 'layout', 'largest line before', 'after'],
      audiences.map(({ name, permissions: { added, removed }, layout, line }) => [
        escapeMarkdown(name),
        `+${count(added.length)} −${count(removed.length)}`,
        describeLayout(layout),
        line.before === null ? '' : count(line.before),
        line.after === null ? '' : count(line.after),
      ]),
    ),
    ...audiences
      .filter(({ permissions: { added, removed } }) => added.length + removed.length > 0)
      .map(details),
  ];
}

function details({ name, permissions: { added, removed } }: AudienceChange): string {
  const lines = [
    ...added.map((permission) => `+ ${permission}`),
    ...removed.map((permission) => `- ${permission}`),
  ];
  const more = lines.length - MOST_LISTED;
  return [
    `<details><summary>${escapeMarkdown(name)}: permissions</summary>`,
    '',
    ...lines.slice(0, MOST_LISTED).map((line) => `    ${line.replace(/\s/g, ' ')}`),
    ...(more > 0 ? [`    and ${count(more)} more`] : []),
    '',
    '</details>',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join(
    '\n',
  );
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
