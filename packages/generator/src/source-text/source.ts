import { InputError, type Problem, type ProblemCode } from '../errors.ts';
import { parseJsonText } from './json-text.ts';
import { type ParsedText, type SyntaxFault, SyntaxFaultError } from './parsed-text.ts';
import { formatPath, type ValuePath } from './value-path.ts';
import { parseYamlText } from './yaml-text.ts';

export type { ValuePath } from './value-path.ts';

/** A parsed file that still knows where each value stands, so that an error can say so. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** A problem with the value at `path` (with `key`, with the key itself): adds file, line, column and path. */
  problem(code: ProblemCode, path: ValuePath, message: string, mend: string, key?: string): Problem;
}

/**
 * Parses JSON or YAML 1.2 (by the file's ending).
 * @throws InputError with line and column when the text is not well-formed, holds a merge conflict or a key twice.
 */
export function parseSource(file: string, text: string): Source {
  const positionOf = positionsIn(text);
  const at = (offset: number) => ({ file, ...positionOf(offset) });
  let parsed: ParsedText;
  try {
    parsed = file.endsWith('.json') ? parseJsonText(text) : parseYamlText(text);
  } catch (error) {
    if (!(error instanceof SyntaxFaultError)) throw error;
    const conflict = text.search(CONFLICT_MARKER);
    const fault = conflict === -1 ? error.fault : conflictAt(conflict);
    const { offset, message, mend } = file.endsWith('.lock.json') ? { ...fault, mend: LOCK_MEND } : fault;
    throw new InputError([{ code: 'syntax', ...at(offset), message, mend }]);
  }
  return {
    file,
    value: parsed.value,
    problem: (code, path, message, mend, key) => {
      const whole = key === undefined ? path : [...path, key];
      return { code, message, mend, ...at(parsed.offsetOf(path, key)), path: formatPath(whole) };
    },
  };
}

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7})(?: |\r?$)/m;

/** Nobody writes the lock by hand. */
const LOCK_MEND = "Take the deployed branch's file whole, then run claimgen build.";

function conflictAt(offset: number): SyntaxFault {
  return {
    offset,
    message: 'a merge conflict is left in the file',
    mend: 'Resolve it; of a file that claimgen writes take either side, and run claimgen build.',
  };
}

/** Finds line and column of an offset, both from 1. */
function positionsIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
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
