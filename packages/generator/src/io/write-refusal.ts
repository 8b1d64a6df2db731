// Why a file isn't written, as a problem with a fix.
import { InputError, type Problem, type ProblemCode } from '../errors.ts';
import { reasonOf } from './file-error.ts';

/** A file that must not or can't be written; the message is whole. */
export class WriteRefusal extends Error {
  readonly code: ProblemCode;
  readonly fix: string;
  /** What is in the way, where it is not the file itself. */
  readonly culprit: string | undefined;

  constructor(code: ProblemCode, message: string, fix: string, culprit?: string) {
    super(message);
    this.name = 'WriteRefusal';
    this.code = code;
    this.fix = fix;
    this.culprit = culprit;
  }
}

/** A file that the system would not write, or that something is in the way of. */
export function blocked(reason: string, fix: string): WriteRefusal {
  return new WriteRefusal('file_unwritable', `the file can't be written: ${reason}`, fix);
}

/** The same for what lies above the file. */
export function blockedBy(culprit: string, message: string, fix: string): WriteRefusal {
  return new WriteRefusal('file_unwritable', message, fix, culprit);
}

/** A file that somebody else wrote. */
export function foreign(fix: string): WriteRefusal {
  return new WriteRefusal(
    'file_not_generated',
    'claimgen did not write this file, and would replace it',
    fix,
  );
}

/**
 * The problem that an error from the file system is.
 * @param fix how to fix it where the error does not say
 */
export function writeProblem(path: string, error: unknown, fix: string): Problem {
  const refusal = error instanceof WriteRefusal ? error : blocked(reasonOf(error), fix);
  return { code: refusal.code, file: refusal.culprit ?? path, message: refusal.message, fix: refusal.fix };
}

/** @throws InputError in place of what `write` throws */
export function failingAtWrite<T>(path: string, fix: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new InputError([writeProblem(path, error, fix)]);
  }
}
