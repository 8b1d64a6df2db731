import { InputError } from '../errors.ts';
import { appendText, writeNamedFile } from '../io/named-files.ts';
import { type Template, template } from '../render/template.ts';
import type { Checked } from './checked.ts';
import { renderJunit, renderProblemsJunit } from './junit.ts';
import { renderProblemsSummary, renderStepSummary } from './step-summary.ts';

/** Where a check is written other than the terminal; absolute paths. */
export interface CheckOutputs {
  /** Replaced. */
  readonly junit: string | undefined;
  /** Appended to. */
  readonly summary: string | undefined;
}

/** @throws InputError */
export function writeChecked(outputs: CheckOutputs, checked: Checked): void {
  write(
    outputs,
    () => renderStepSummary(checked),
    (template) => renderJunit(template, checked),
  );
}

/**
 * Writes why nothing could be checked.
 * @param seconds that it took to find out
 * @returns the error, with what could not be written either
 */
export function writeUnusable(outputs: CheckOutputs, error: InputError, seconds: number): InputError {
  try {
    write(
      outputs,
      () => renderProblemsSummary(error.problems),
      (template) => renderProblemsJunit(template, error.problems, seconds),
    );
    return error;
  } catch (second) {
    if (!(second instanceof InputError)) throw second;
    return new InputError([...error.problems, ...second.problems]);
  }
}

function write(
  { junit, summary }: CheckOutputs,
  markdown: () => string,
  xml: (template: Template) => string,
): void {
  if (summary !== undefined) appendText(summary, markdown());
  if (junit === undefined) return;
  writeNamedFile(junit, xml(template('junit.xml')), isJunit);
}

/** Whether a file begins as the template does. */
function isJunit(start: string): boolean {
  return /^<\?xml[^>]*>\s*<testsuites name="claimgen"/.test(start);
}
