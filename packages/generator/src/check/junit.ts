import type { Problem } from '../errors.ts';
import type { Template } from '../render/template.ts';
import type { Checked } from './checked.ts';

/** Renders what was checked as JUnit's XML: a test case an audience, one for the Actions and one for the generated files. */
export function renderJunit(template: Template, { report, failures, strict }: Checked): string {
  const failed = (matches: (failure: Checked['failures'][number]) => boolean) =>
    failures.filter(matches).map(({ check, message, mend }) => ({
      check,
      message: xmlText(message),
      mend: xmlText(mend),
    }));
  const cases = [
    ...report.audiences.map(({ name }) => ({
      name: `the tokens of ${name} stay within the budget`,
      failures: failed(
        ({ check, audience }) => (check === 'budget' || check === 'grant_budget') && audience === name,
      ),
    })),
    ...report.audiences.map(({ name }) => ({
      name: `the layout of ${name} keeps every place`,
      failures: failed(({ check, audience }) => check === 'layout_forked' && audience === name),
    })),
    {
      name: 'the Actions stay within the size that Auth0 takes',
      failures: failed(({ check }) => check === 'action_size'),
    },
    { name: 'the generated files are current', failures: failed(({ check }) => check === 'stale') },
    ...(strict ? [{ name: 'nothing is linted', failures: failed(({ check }) => check === 'lint') }] : []),
  ];
  return template({
    suite: `claimgen${report.environment === '' ? '' : ` ${report.environment}`}`,
    tests: cases.length,
    failed: cases.filter(({ failures: own }) => own.length > 0).length,
    cases,
  });
}

/** Renders input that can't be used as JUnit's XML: one test case. */
export function renderProblemsJunit(template: Template, problems: readonly Problem[]): string {
  const failures = problems.map(({ code, message, mend, path }) => ({
    check: xmlText(code),
    message: xmlText(path === undefined ? message : `${path}: ${message}`),
    mend: xmlText(mend),
  }));
  return template({
    suite: 'claimgen',
    tests: 1,
    failed: 1,
    cases: [{ name: 'config, catalogs and lock can be used', failures }],
  });
}

/** Without the characters that XML 1.0 has no way to write. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
