/** What is kept of a user: the body of a claim, and when it was read. In a store it is signed: who can write there can't grant. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { encodeAsOf } from '@claimgen/action-runtime';

export interface Kept {
  /** The places held, as a claim's body writes them. */
  readonly body: string;
  /** Milliseconds since 1970 at which reading them began. */
  readonly readAt: number;
}

/** Milliseconds of the unit that times are written in: 1/16 s. */
const UNIT = 62.5;
/** A body, an as-of (spec/claim-format.md) and a signature. */
const FORM = /^([\w-]+\.([\w-]{6}))\.([\w-]{16})$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SIGNATURE_BYTES = 12;

export class Sealer {
  readonly #key: Uint8Array;

  /** @param secret the client's: processes that share a store have the same */
  constructor(secret: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'claimgen resolver', 32));
  }

  /** The time is rounded down: what changed after it is never missed. */
  seal(key: string, { body, readAt }: Kept): string {
    const text = `${body}.${encodeAsOf(readAt, true)}`;
    return `${text}.${this.#sign(key, text).toString('base64url')}`;
  }

  /** Undefined for what was not written here, for this key. */
  open(key: string, value: string): Kept | undefined {
    const [, text = '', time = '', signature = ''] = FORM.exec(value) ?? [];
    if (text === '' || !timingSafeEqual(this.#sign(key, text), Buffer.from(signature, 'base64url')))
      return undefined;
    let units = 0;
    for (const character of time) units = units * 64 + ALPHABET.indexOf(character);
    return { body: text.slice(0, text.indexOf('.')), readAt: units * UNIT };
  }

  #sign(key: string, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${key}.${text}`).digest().subarray(0, SIGNATURE_BYTES);
  }
}
