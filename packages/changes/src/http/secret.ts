/** The secret that a hub and those who use it share. */
import { createHash, timingSafeEqual } from 'node:crypto';

const MIN_LENGTH = 16;

/** One secret, or several while they are being replaced. Throws a TypeError for none, and for one that can be guessed. */
export function checkSecrets(secret: string | readonly string[], name: string): readonly string[] {
  const secrets = typeof secret === 'string' ? [secret] : [...secret];
  if (secrets.length === 0) throw new TypeError(`${name} must be a string, or several`);
  for (const value of secrets) {
    if (typeof value !== 'string' || value.length < MIN_LENGTH || !/^[\x21-\x7e]+$/.test(value)) {
      throw new TypeError(`${name} must have at least ${MIN_LENGTH} printable ASCII characters and no space`);
    }
  }
  return secrets;
}

/** Whether an `Authorization` header has one of the secrets, with or without `Bearer` before it; takes the same time for every wrong one. */
export function hasSecret(authorization: string | null, secrets: readonly string[]): boolean {
  if (authorization === null) return false;
  const given = digest(authorization.replace(/^Bearer +/i, ''));
  let isEqual = false;
  for (const secret of secrets) if (timingSafeEqual(given, digest(secret))) isEqual = true;
  return isEqual;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
