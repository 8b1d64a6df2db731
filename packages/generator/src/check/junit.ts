import type { Problem } from '../errors.ts';
import { oneLine } from '../format/visible-text.ts';
import type { Template } from '../render/template.ts';
import type { Failure } from '../report/failures.ts';
import type { Checked } from './checked.ts';

/** Every run has it, so that its history has no gaps. */
const READING = 'config, catalogs and lock can be used';

/** What `matches` of the failures, as one test. */
interface Test {
  readonly name: string;
  readonly matches: (failure: Failure) => boolean;
}

/**
 * Renders what was checked as JUnit's XML. A test case has one failure at most, as readers take the first alone or refuse the file; and a time,
 * of which all together make the suite's.
 */
export function renderJunit(template: Template, { report, failures, strict, seconds }: Checked): string {
  const about = (codes: readonly Failure['code'][], audience?: string) => (failure: Failure) =>
    codes.includes(failure.code) && (audience === undefined || failure.audience === audience);
  const tests: Test[] = [
    ...report.audiences.flatMap(({ name }): Test[] => [
      { name: `the tokens of ${name} stay within the budget`, matches: about(['budget'], name) },
      {
        name: `the tokens of machines for ${name} stay within the budget`,
        matches: about(['grant_budget'], name),
      },
      {
        name: `the layout of ${name} keeps every place`,
        matches: about(['layout_forked', 'branch_behind'], name),
      },
      {
        name: `tokens and verifiers of ${name} before and after read each other`,
        matches: about(['audience_renamed', 'claim_renamed'], name),
      },
    ]),
    { name: 'the Actions stay within the size that Auth0 allows', matches: about(['action_size']) },
    { name: 'the generated files are current', matches: about(['stale']) },
    ...(strict ? [{ name: 'nothing is linted', matches: about(['lint']) }] : []),
  ];
  const left = failures.filter((failure) => !tests.some(({ matches }) => matches(failure)));
  const cases = [
    ...tests.map(({ name, matches }) => ({ name, failures: failures.filter(matches) })),
    ...(left.length === 0 ? [] : [{ name: 'nothing else fails', failures: left }]),
  ];
  return template({
    suite: `claimgen${report.environment === '' ? '' : ` ${report.environment}`}`,
    tests: cases.length + 1,
    failed: cases.filter(({ failures: own }) => own.length > 0).length,
    time: secondsText(seconds.reading + seconds.checking),
    cases: [
      { name: READING, time: secondsText(seconds.reading), failures: [] },
      ...cases.map(({ name, failures: own }) => ({
        name: xmlText(name),
        // One run of the pipeline answers all of them.
        time: secondsText(seconds.checking / cases.length),
        failures: united(own),
      })),
    ],
  });
}

/** Renders input that can't be used as JUnit's XML: one test case. */
export function renderProblemsJunit(
  template: Template,
  problems: readonly Problem[],
  seconds: number,
): string {
  const time = secondsText(seconds);
  const failures = united(
    problems.map(({ code, message, fix, path }) => ({
      code,
      message: path === undefined ? message : `${path}: ${message}`,
      fix,
    })),
  );
  return template({
    suite: 'claimgen',
    tests: 1,
    failed: 1,
    time,
    cases: [{ name: READING, time, failures }],
  });
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Several failures as one: none for none. */
function united(
  failures: readonly Told[],
): { readonly check: string; readonly message: string; readonly text: string }[] {
  const [first] = failures;
  if (first === undefined) return [];
  return [
    {
      check: [...new Set(failures.map(({ code }) => code))].join(' '),
      message: xmlText(failures.map(({ message }) => message).join('; ')),
      text: failures.map(({ message, fix }) => xmlText(`${message}. ${fix}`)).join('\n'),
    },
  ];
}

/** As JUnit writes durations. */
function secondsText(seconds: number): string {
  return seconds.toFixed(3);
}

/** On one line, and without the characters that XML 1.0 has no way to write. */
function xmlText(text: string): string {
  return oneLine(text).replace(/[\ufffe\uffff]/g, '\ufffd');
}
