// Public keys as crypto libraries hold them, and what they are good for.
import type { JWK } from 'jose';
import { importJWK } from 'jose';
import type { Algorithm } from '../algorithms.ts';
import { KEY_KINDS } from '../algorithms.ts';
import type { CryptoKey } from '../platform/crypto-key.ts';
import { bigEndian } from './big-endian.ts';

/** What is used of Node's KeyObject, which older versions of jose give on Node. */
interface KeyObject {
  readonly type: string;
  export(options: { readonly format: 'jwk' }): object;
  readonly asymmetricKeyType?: string;
  readonly asymmetricKeyDetails?: {
    readonly modulusLength?: number;
    readonly publicExponent?: bigint;
    readonly namedCurve?: string;
  };
}

/** Parameters of https://www.w3.org/TR/webcrypto/, as far as one of the algorithms has them. */
interface CryptoKeyAlgorithm {
  readonly name: string;
  readonly hash?: { readonly name: string };
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  /** An ArrayBuffer in workerd before December 2023. */
  readonly publicExponent?: Uint8Array | ArrayBuffer;
}

export type ImportedKey = CryptoKey | KeyObject;

export function isPublicKey(value: unknown): value is ImportedKey {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'public')
    return false;
  return 'algorithm' in value || 'asymmetricKeyType' in value;
}

/** For `signatureBytes` has told that it fits. Rejects where the runtime can't import it. */
export async function toCryptoKey(key: ImportedKey, algorithm: Algorithm): Promise<CryptoKey> {
  if (!('asymmetricKeyType' in key)) return key as CryptoKey;
  const imported = await importJWK(key.export({ format: 'jwk' }) as JWK, algorithm);
  if (imported instanceof Uint8Array) throw new TypeError('the key is no public key');
  return imported;
}

/**
 * How long the signatures of the key are. Undefined for a key that is for another algorithm, or too small for
 * any.
 */
export function signatureBytes(key: ImportedKey, algorithm: Algorithm): number | undefined {
  return 'asymmetricKeyType' in key
    ? signatureBytesOfKeyObject(key, algorithm)
    : signatureBytesOfCryptoKey(key as CryptoKey, algorithm);
}

function signatureBytesOfCryptoKey({ algorithm, usages }: CryptoKey, wanted: Algorithm): number | undefined {
  const { name, hash, namedCurve, modulusLength, publicExponent } = algorithm as CryptoKeyAlgorithm;
  if (!usages.includes('verify')) return undefined;
  const { crv } = KEY_KINDS[wanted];
  if (wanted.startsWith('Ed')) return name === 'Ed25519' ? ELLIPTIC_BYTES[wanted] : undefined;
  if (wanted.startsWith('ES'))
    return name === 'ECDSA' && namedCurve === crv ? ELLIPTIC_BYTES[wanted] : undefined;
  const scheme = wanted.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  if (name !== scheme || hash?.name !== `SHA-${wanted.slice(-3)}`) return undefined;
  return rsaBytes(modulusLength, publicExponent && bigEndian(new Uint8Array(publicExponent)));
}

function signatureBytesOfKeyObject(key: KeyObject, wanted: Algorithm): number | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails: { modulusLength, publicExponent, namedCurve } = {} } = key;
  if (wanted.startsWith('Ed')) return asymmetricKeyType === 'ed25519' ? ELLIPTIC_BYTES[wanted] : undefined;
  if (wanted.startsWith('ES')) {
    return asymmetricKeyType === 'ec' && namedCurve === OPENSSL_CURVES[wanted]
      ? ELLIPTIC_BYTES[wanted]
      : undefined;
  }
  return asymmetricKeyType === 'rsa' ? rsaBytes(modulusLength, publicExponent) : undefined;
}

/** RFC 7518, section 3.4; RFC 8032, section 5.1.6. */
const ELLIPTIC_BYTES: Partial<Record<Algorithm, number>> = {
  ES256: 64,
  ES384: 96,
  ES512: 132,
  EdDSA: 64,
  Ed25519: 64,
};

const OPENSSL_CURVES: Partial<Record<Algorithm, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** RFC 7518, section 3.3: 2,048 bits or more. */
function rsaBytes(modulusLength: number | undefined, exponent: bigint | undefined): number | undefined {
  if (modulusLength === undefined || modulusLength < 2048) return undefined;
  if (exponent === undefined || exponent < 3n || exponent % 2n === 0n) return undefined;
  return Math.ceil(modulusLength / 8);
}
