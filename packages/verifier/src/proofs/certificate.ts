// Certificates of mutual TLS, from the connection or as proxies write them into a header.
import { decodeBase64 } from './base64.ts';
import { sha256 } from './digest.ts';

/**
 * The `x5t#S256` of a certificate (RFC 8705, section 3.1): DER as bytes, or one of the spellings of proxies. Undefined for
 * what is no single certificate.
 */
export async function certificateDigest(certificate: unknown): Promise<string | undefined> {
  const der = typeof certificate === 'string' ? decode(certificate) : certificate;
  // A certificate is a SEQUENCE.
  if (!(der instanceof Uint8Array) || der[0] !== 0x30) return undefined;
  return await sha256(der);
}

/** PEM, also with spaces or tabs in place of line breaks (nginx, HAProxy). */
const PEM = /^\s*-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----\s*$/;

function decode(text: string): Uint8Array | undefined {
  // RFC 9440, section 2.1: a byte sequence between colons.
  const sequence = /^:([A-Za-z0-9+/=]+):$/.exec(text)?.[1];
  if (sequence !== undefined) return decodeBase64(sequence);
  // nginx's $ssl_client_escaped_cert and API gateways; base64 has no percent sign.
  const plain = text.includes('%') ? percentDecode(text) : text;
  const body = plain === undefined ? undefined : (PEM.exec(plain)?.[1] ?? plain);
  return body === undefined ? undefined : decodeBase64(body.replace(/\s/g, ''));
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
