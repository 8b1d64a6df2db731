import { LINE_FRAME } from '#auth0/access-token';

/** A token taken apart without verifying anything. Sizes are bytes. */
export interface CompactToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly parts: readonly [header: number, payload: number, signature: number];
  /** `Authorization: Bearer `, the token, CRLF. */
  readonly line: number;
}

/** @throws Error that says what is wrong, with nothing of the token in it */
export function readCompactToken(text: string): CompactToken {
  const token = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  const parts = token.split('.');
  if (parts.length === 5)
    throw new Error('This token is encrypted: only the API that it is for can read it.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw new Error('A token has three parts with dots between them.');
  }
  return {
    header: readPart(header, 'header'),
    payload: readPart(payload, 'payload'),
    parts: [header.length, payload.length, signature.length],
    line: LINE_FRAME + token.length,
  };
}

function readPart(part: string, name: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`The ${name} is not JSON in base64url.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`The ${name} is not a JSON object.`);
  return value as Record<string, unknown>;
}
