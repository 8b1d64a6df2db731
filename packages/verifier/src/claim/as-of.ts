// When the permissions of a claim were read: spec/claim-format.md, "As-of".
import { VerifierError } from '../errors.ts';
import { sextetAt } from './bit-reader.ts';

/** What an issuer wrote about when it read the permissions. */
export interface WrittenAsOf {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the Action read every part itself; otherwise Auth0 read some before it. */
  readonly isReadByAction: boolean;
}

/** Characters of an as-of. */
const LENGTH = 6;
/** Milliseconds of a unit: 1/16 s. */
const UNIT = 62.5;

export interface ClaimParts {
  /** The claim up to the end of its body. */
  readonly text: string;
  readonly asOf: WrittenAsOf | undefined;
}

/** Takes the as-of off a claim whose body begins at `start`. Throws `claim_malformed` for what is no as-of. */
export function splitAsOf(text: string, start: number): ClaimParts {
  const dot = text.indexOf('.', start);
  if (dot === -1) return { text, asOf: undefined };
  if (dot + 1 + LENGTH !== text.length) {
    throw new VerifierError('claim_malformed', 'The permission claim must end after its body or its as-of');
  }
  let units = 0;
  for (let i = dot + 1; i < text.length; i += 1) units = units * 64 + sextetAt(text, i);
  return { text: text.slice(0, dot), asOf: { at: units * UNIT, isReadByAction: units % 2 === 1 } };
}
