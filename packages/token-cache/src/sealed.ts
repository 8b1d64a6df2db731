/** Values for a store: AES-256-GCM under a key from pepper and presented secret. The store and the pepper do not open one. */
import type { CryptoKey } from 'jose';
import { toBase64Url } from './key.ts';

/** Bytes: NIST SP 800-38D, section 8.2.2. */
const NONCE = 12;
const INFO = new TextEncoder().encode('claimgen token-cache 1');

export class Sealer {
  readonly #pepper: Uint8Array<ArrayBuffer>;

  constructor(pepper: Uint8Array<ArrayBuffer>) {
    this.#pepper = pepper;
  }

  /** @param key the name under which it is kept: moved to another, it doesn't open */
  async seal(text: string, secret: string, key: string): Promise<string> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = await crypto.subtle.encrypt(
      parameters(nonce, key),
      await this.#derive(secret),
      new TextEncoder().encode(text),
    );
    return `${toBase64Url(nonce)}.${toBase64Url(new Uint8Array(sealed))}`;
  }

  /** Undefined for what doesn't open: another secret, pepper or key, or bytes that were changed. */
  async open(value: string, secret: string, key: string): Promise<string | undefined> {
    try {
      const [nonce = '', sealed = ''] = value.split('.');
      const opened = await crypto.subtle.decrypt(
        parameters(fromBase64Url(nonce), key),
        await this.#derive(secret),
        fromBase64Url(sealed),
      );
      return new TextDecoder().decode(opened);
    } catch {
      return undefined;
    }
  }

  /** HKDF, RFC 5869, with the pepper as its salt. */
  async #derive(secret: string): Promise<CryptoKey> {
    const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'HKDF', false, [
      'deriveKey',
    ]);
    return crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: this.#pepper, info: INFO },
      material,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  }
}

function parameters(
  iv: Uint8Array<ArrayBuffer>,
  key: string,
): { name: 'AES-GCM'; iv: Uint8Array<ArrayBuffer>; additionalData: Uint8Array<ArrayBuffer> } {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(key) };
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
}
