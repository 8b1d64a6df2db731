import { InputError, type Problem, type ProblemCode } from '../errors.ts';
import { cutLong } from './cut-long.ts';
import { parseJsonText } from './json-text.ts';
import { type ParsedText, type SyntaxFault, SyntaxFaultError } from './parsed-text.ts';
import { formatPath, type ValuePath } from './value-path.ts';
import { parseYamlText } from './yaml-text.ts';

export type { ValuePath } from './value-path.ts';

/** A parsed file that still knows where each value stands, so that an error can say so. */
export interface SourceText {
  readonly file: string;
  readonly value: unknown;
  /** A problem with the value at `path` (with `key`, with the key itself): adds file, line, column and path. */
  problem(code: ProblemCode, path: ValuePath, message: string, fix: string, key?: string): Problem;
}

/** A parsed text that can name any place in it. */
export interface PositionedText extends SourceText {
  /** Where an offset of the text is in the file, both from 1. */
  positionOf(offset: number): Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a text was before it was changed to be parsed, for those who look into the file. */
export interface TextOrigin {
  readonly text: string;
  /** The offset in the file of what is at an offset of the changed text. */
  offsetOf(offset: number): number;
  /** A fault as the file's author should read it. */
  explain(fault: SyntaxFault): SyntaxFault;
}

/**
 * Parses JSON or YAML (by the file's ending), in time linear in the text's length.
 * @param origin what the file holds, where that is not `text`
 * @throws InputError with line and column when the text is not well-formed, holds a merge conflict or a key twice, or is nested too deep.
 */
export function parseSourceText(
  file: string,
  text: string,
  origin: TextOrigin = unchanged(text),
): PositionedText {
  const positionInFile = positionsIn(origin.text);
  const positionOf = (offset: number) => positionInFile(origin.offsetOf(offset));
  const at = (offset: number) => ({ file, ...positionOf(offset) });
  let parsed: ParsedText;
  try {
    parsed = isJson(file) ? parseJsonText(text) : parseYamlText(text);
  } catch (error) {
    if (!(error instanceof SyntaxFaultError)) throw error;
    const conflict = text.search(CONFLICT_MARKER);
    const fault = conflict === -1 ? origin.explain(error.fault) : conflictAt(conflict);
    const { offset, message, fix } = file.endsWith('.lock.json') ? { ...fault, fix: LOCK_FIX } : fault;
    throw new InputError([{ code: 'syntax', ...at(offset), message: cutLong(message), fix: cutLong(fix) }]);
  }
  return {
    file,
    value: parsed.value,
    positionOf,
    problem: (code, path, message, fix, key) => {
      const whole = key === undefined ? path : [...path, key];
      return {
        code,
        message: cutLong(message),
        fix: cutLong(fix),
        ...at(parsed.offsetOf(path, key)),
        path: cutLong(formatPath(whole)),
      };
    },
  };
}

/** Whether a file is JSON, by its name; anything else that claimgen reads is YAML. */
export function isJson(file: string): boolean {
  return /\.json$/i.test(file);
}

function unchanged(text: string): TextOrigin {
  return { text, offsetOf: (offset) => offset, explain: (fault) => fault };
}

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7})(?: |\r?$)/m;

/** Nobody writes the lock by hand. */
const LOCK_FIX = "Take the deployed branch's file whole, then run claimgen build.";

function conflictAt(offset: number): SyntaxFault {
  return {
    offset,
    message: 'a merge conflict is left in the file',
    fix: 'Resolve it; of a file that claimgen writes take either side, and run claimgen build.',
  };
}

/** Finds line and column of an offset, both from 1. */
function positionsIn(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    let line = 1;
    for (let step = starts.length; step >= 1; step = Math.floor(step / 2)) {
      while ((starts[line - 1 + step] ?? Number.POSITIVE_INFINITY) <= offset) line += step;
    }
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}
