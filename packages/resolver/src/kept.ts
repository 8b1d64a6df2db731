/** What is kept of a user: the body of a claim, and when it was read. Some 20 bytes. */
import { decodeBody, encodeAsOf, encodeBody } from '@claimgen/action-runtime';

export interface Kept {
  /** The places held, as a claim's body writes them. */
  readonly body: string;
  /** Milliseconds since 1970 at which reading them began, or up to 1/16 s before. */
  readonly readAt: number;
}

/** Milliseconds of the unit that times are written in: 1/16 s. */
const UNIT = 62.5;
/** A body and an as-of: spec/claim-format.md. */
const FORM = /^([\w-]+)\.([\w-]{6})$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function writeKept({ body, readAt }: Kept): string {
  return `${body}.${encodeAsOf(readAt, true)}`;
}

/** Undefined for what was not written here: others may use the same store. */
export function readKept(value: string, places: number): Kept | undefined {
  const [, body = '', time = ''] = FORM.exec(value) ?? [];
  if (body === '' || encodeBody(decodeBody(body, places)) !== body) return undefined;
  let units = 0;
  for (const character of time) units = units * 64 + ALPHABET.indexOf(character);
  return { body, readAt: units * UNIT };
}
