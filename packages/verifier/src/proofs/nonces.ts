// Nonces of the server for proofs: RFC 9449, sections 8 and 9.
import { base64url } from 'jose';
import { checkNumber, readOwnOptions } from '../own-options.ts';
import { sha256 } from './digest.ts';

/** Gives out nonces and knows its own. An error, or no answer within 5 seconds, is a 503. */
export interface NonceSource {
  /** The nonce to use now: characters of RFC 9449, section 8.1 (printable ASCII without space, quote and backslash). */
  current(): string | Promise<string>;
  /** Only `true` accepts the nonce. */
  accepts(nonce: string): boolean | Promise<boolean>;
}

export interface NonceOptions {
  /** At least 32 characters, the same on every server of the API. By default random: for one process only. */
  readonly secret?: string;
  /** Seconds for which a nonce is given out; it is accepted for as long again. By default 150. */
  readonly seconds?: number;
  /** By default the system's clock. */
  readonly clock?: () => Date;
}

/**
 * Nonces that say when they were made, under a secret: nothing is kept, and every server that has the secret knows those
 * of the others. Throws a TypeError for options that can't work.
 *
 * @example
 * createVerifier({ issuer, layout, senderConstrained: 'verify', dpop: { nonces: createNonces({ secret }) } });
 */
export function createNonces(options: NonceOptions = {}): NonceSource {
  const own = readOwnOptions(options, ['secret', 'seconds', 'clock'], 'createNonces');
  const { secret = base64url.encode(crypto.getRandomValues(new Uint8Array(32))), seconds = 150 } = own;
  const { clock = () => new Date() } = own;
  if (typeof secret !== 'string' || secret.length < 32)
    throw new TypeError('secret must be a string of at least 32 characters');
  if (typeof clock !== 'function') throw new TypeError('clock must be a function that returns a Date');
  const period = checkNumber('seconds', seconds, { least: 1, most: 3600 });
  const nonceOf = async (step: number): Promise<string> => {
    const key = await hmacKey(secret);
    const message = new TextEncoder().encode(`claimgen DPoP nonce ${period} ${step}`);
    return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)));
  };
  const stepNow = (): number => Math.floor(clock().getTime() / 1000 / period);
  return {
    current: () => nonceOf(stepNow()),
    async accepts(nonce) {
      const step = stepNow();
      // Digests, so that how long the comparison takes says nothing of a nonce.
      const given = await sha256(nonce);
      const known = await Promise.all([step, step - 1].map(async (each) => sha256(await nonceOf(each))));
      return known.includes(given);
    },
  };
}

async function hmacKey(secret: string): ReturnType<typeof crypto.subtle.importKey> {
  const bytes = new TextEncoder().encode(secret);
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}
