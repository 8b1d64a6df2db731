// Node's own crypto and buffers.

import type { Algorithm } from '../algorithms.ts';
import { endsCanonically } from '../base64url.ts';
import type { CryptoKey } from './crypto-key.ts';
import { isNode } from './is-node.ts';
import type { Platform, SignatureCheck } from './platform.ts';
import { tryOut } from './try-out.ts';
import { decodeUtf8 } from './utf8.ts';
import { webPlatform } from './web.ts';

/**
 * Synchronous node:crypto: a third of WebCrypto's time and no trip through the thread pool. Undefined where
 * this is not Node.
 */
export function nodePlatform(): Platform | undefined {
  if (!isNode()) return undefined;
  // Of globalThis: builds for edge runtimes (Next.js) warn of what they read off a free `process`.
  const { process } = globalThis;
  // Not an import, so that bundlers and other runtimes find nothing to resolve.
  const { Buffer } = process.getBuiltinModule('node:buffer');
  const crypto = process.getBuiltinModule('node:crypto');
  // The same memory for all tokens: buffers of their own weigh on the garbage collector. No call leaves
  // anything of use in `texts`, so that the next one may overwrite it.
  const texts = new Scratch(Buffer.allocUnsafeSlow, 16_384);
  const signatures = new Scratch(Buffer.allocUnsafeSlow, 1024);
  const prepareSynchronously = (key: CryptoKey, algorithm: Algorithm): SignatureCheck => {
    const keyObject = crypto.KeyObject.from(key as unknown as Parameters<typeof crypto.KeyObject.from>[0]);
    const digest = algorithm.startsWith('Ed') ? null : `sha${algorithm.slice(-3)}`;
    const options = signatureOptions(algorithm, crypto.constants);
    // Given within an object, the key costs half as much again as the signature on Node 24.
    const keyOrOptions = options === undefined ? keyObject : { key: keyObject, ...options };
    return ({ text, signedLength }, signature) => {
      texts.write(text, 'latin1');
      return crypto.verify(digest, texts.view(signedLength), keyOrOptions, signature);
    };
  };
  return {
    decodeBytes(encoded) {
      const length = signatures.write(encoded, 'base64url');
      return isCanonical(encoded, length) ? signatures.view(length) : undefined;
    },
    decodeText(encoded) {
      const length = texts.write(encoded, 'base64url');
      return isCanonical(encoded, length) ? decodeUtf8(texts.view(length)) : undefined;
    },
    prepareCheck(key, algorithm) {
      const portable = webPlatform.prepareCheck(key, algorithm);
      return tryOut(() => prepareSynchronously(key, algorithm), portable);
    },
  };
}

/** Memory that grows with the longest string written to it. */
class Scratch {
  readonly #allocate: (length: number) => Buffer;
  #memory: Buffer;

  constructor(allocate: (length: number) => Buffer, length: number) {
    this.#allocate = allocate;
    this.#memory = allocate(length);
  }

  /** Overwrites what was written before. Gives the number of bytes. */
  write(text: string, encoding: 'base64url' | 'latin1'): number {
    if (this.#memory.length < text.length) this.#memory = this.#allocate(text.length);
    return this.#memory.write(text, encoding);
  }

  /** The first bytes of what was written, to be read before the next write. */
  view(length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#memory.byteOffset, length);
  }
}

/**
 * Buffer skips what it doesn't know and stops at padding. Then a string gives fewer bytes than its length
 * promises, or the length is one that no encoder gives.
 */
function isCanonical(encoded: string, decodedLength: number): boolean {
  return decodedLength === Math.floor((encoded.length * 3) / 4) && endsCanonically(encoded);
}

/** RFC 7518, sections 3.4 (R and S side by side) and 3.5 (a salt as long as the digest). */
function signatureOptions(
  algorithm: Algorithm,
  constants: { readonly RSA_PKCS1_PSS_PADDING: number },
): { padding?: number; saltLength?: number; dsaEncoding?: 'ieee-p1363' } | undefined {
  if (algorithm.startsWith('PS')) {
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(algorithm.slice(-3)) / 8 };
  }
  return algorithm.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' } : undefined;
}
