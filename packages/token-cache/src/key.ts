/** Names of what is kept: HMACs under the pepper, of everything that an answer depends on. Nobody reads a secret back from one. */
import type { CryptoKey } from 'jose';
import type { TokenParameters } from './parameters.ts';

/** What a cached token depends on, beyond the issuer. */
export interface KeyParts {
  readonly parameters: TokenParameters;
  readonly clientId: string;
  /** The secret as it was presented; for an assertion, the public key that it is proven by. */
  readonly secret: string;
  readonly method: string;
  /** Raised by a purge. */
  readonly generation: string;
}

export class Keys {
  readonly #tokenUrl: string;
  readonly #key: Promise<CryptoKey>;

  constructor(pepper: Uint8Array<ArrayBuffer>, tokenUrl: string) {
    this.#tokenUrl = tokenUrl;
    this.#key = crypto.subtle.importKey('raw', pepper, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  }

  /** The token's key. The order of parameters doesn't count, nor whether they came as a form or as JSON; everything else does. */
  token({ parameters, clientId, secret, method, generation }: KeyParts): Promise<string> {
    const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
    return this.#hash(['token', sorted, clientId, secret, method, generation]);
  }

  /** What quotas are counted by: the same client with another secret is another one, so that nobody uses up a quota by guessing. */
  credentials(clientId: string, secret: string): Promise<string> {
    return this.#hash(['credentials', clientId, secret]);
  }

  /** The client whose generation is kept. */
  client(clientId: string): Promise<string> {
    return this.#hash(['client', clientId]);
  }

  /** An assertion that was used. */
  assertion(clientId: string, id: string): Promise<string> {
    return this.#hash(['assertion', clientId, id]);
  }

  /** JSON has one text for these values, since every part is a string or an array of strings. */
  async #hash(parts: readonly unknown[]): Promise<string> {
    const bytes = new TextEncoder().encode(JSON.stringify([this.#tokenUrl, ...parts]));
    return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', await this.#key, bytes)));
  }
}

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
