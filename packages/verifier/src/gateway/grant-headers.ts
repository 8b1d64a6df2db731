// What the API behind the proxy is told of the token: headers, in printable ASCII.
import type { Access } from '../access.ts';
import { internalsOf } from '../access.ts';

export type PermissionsFormat = 'names' | 'json';

/** The headers of accesses that say the same as long as they live; a verifier's cache gives the same one for the same token. */
export class GrantHeaders {
  readonly #written = new WeakMap<Access, Readonly<Record<string, string>>>();
  readonly #format: PermissionsFormat;
  readonly #maxBytes: number;

  constructor(format: PermissionsFormat, maxBytes: number) {
    this.#format = format;
    this.#maxBytes = maxBytes;
  }

  /** Empty: what a client sends under these names must not reach the API, and not every proxy takes away what it isn't given. */
  get ofNobody(): Readonly<Record<string, string>> {
    const none = this.#format === 'json' ? '[]' : '';
    return { 'cache-control': 'no-store', 'x-subject': '', 'x-permissions': none };
  }

  of(access: Access): Readonly<Record<string, string>> {
    const written = this.#written.get(access) ?? grantHeaders(access, this.#format, this.#maxBytes);
    // With changes, permissions become void while the access lives.
    if (internalsOf(access)?.freshness === undefined) this.#written.set(access, written);
    return written;
  }
}

/**
 * `X-Subject`, and `X-Permissions`: sorted names with a space between, or a JSON array. Where that would be longer than
 * `maxBytes`, the names that fit, and `X-Permissions-Truncated: true`: a name that is missing is a no.
 */
function grantHeaders(
  access: Access,
  format: PermissionsFormat,
  maxBytes: number,
): Readonly<Record<string, string>> {
  const names = [...access.permissions].sort();
  const written = names.map(format === 'json' ? jsonString : escaped);
  let bytes = format === 'json' ? 1 : -1;
  const fits = written.findIndex((name) => {
    bytes += name.length + 1;
    return bytes > maxBytes;
  });
  const kept = fits < 0 ? written : written.slice(0, fits);
  return {
    'cache-control': 'no-store',
    'x-subject': escaped(access.subject),
    'x-permissions': format === 'json' ? `[${kept.join(',')}]` : kept.join(' '),
    ...(fits >= 0 && { 'x-permissions-truncated': 'true' }),
  };
}

/** Percent-encoded where it is not printable ASCII, or would separate names. */
function escaped(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^!-$&-~]+/gu, encodeURIComponent);
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
