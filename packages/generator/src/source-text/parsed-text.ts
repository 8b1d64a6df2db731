import type { ValuePath } from './value-path.ts';

/** A file's value, and where in its text each part of it stands. */
export interface ParsedText {
  readonly value: unknown;
  /**
   * Where the value at `path` begins in the text; with `key`, where the key itself does. Where it is missing, the nearest value that
   * holds it.
   */
  offsetOf(path: ValuePath, key: string | undefined): number;
}

/** What is wrong with a text's form. */
export interface SyntaxFault {
  readonly offset: number;
  /** Without a full stop. */
  readonly message: string;
  readonly fix: string;
}

/** A text that can't be parsed. */
export class SyntaxFaultError extends Error {
  readonly fault: SyntaxFault;

  constructor(fault: SyntaxFault) {
    super(fault.message);
    this.name = 'SyntaxFaultError';
    this.fault = fault;
  }
}
