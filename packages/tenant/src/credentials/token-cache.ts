// Management API tokens on disk: a file that only its owner reads, for each domain, client and audience. Auth0 counts the tokens
// that machines ask for.
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makePrivateFolder } from './make-private-folder.ts';

export interface CachedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The scopes that the tenant granted, separated by spaces. */
  readonly scope: string | undefined;
}

/** What a token is for. */
export interface TokenKey {
  readonly domain: string;
  readonly clientId: string;
  readonly audience: string;
}

export interface TokenCache {
  get(key: TokenKey): Promise<CachedToken | undefined>;
  set(key: TokenKey, token: CachedToken): Promise<void>;
  delete(key: TokenKey): Promise<void>;
}

/** A cache in a folder, which is made when it is needed. A file that others may read is not used; a full disk is no error. */
export function openTokenCache(folder: string): TokenCache {
  const fileOf = ({ domain, clientId, audience }: TokenKey): string => {
    const name = createHash('sha256')
      .update(JSON.stringify([domain, clientId, audience]))
      .digest('hex');
    return join(folder, `${name}.json`);
  };
  return {
    get: async (key) => {
      try {
        const file = fileOf(key);
        const { mode } = await stat(file);
        // Windows has no such bits.
        if (process.platform !== 'win32' && (mode & 0o077) !== 0) return undefined;
        return readToken(await readFile(file, 'utf8'));
      } catch {
        return undefined;
      }
    },
    set: async (key, token) => {
      try {
        await makePrivateFolder(folder);
        await writeFileAtomic(fileOf(key), `${JSON.stringify(token)}\n`, { mode: 0o600 });
      } catch {
        // The token is good without the cache.
      }
    },
    delete: (key) => rm(fileOf(key), { force: true }).catch(() => undefined),
  };
}

function readToken(content: string): CachedToken | undefined {
  const { accessToken, expiresAt, scope } = Object(JSON.parse(content)) as Partial<CachedToken>;
  if (typeof accessToken !== 'string' || typeof expiresAt !== 'number') return undefined;
  return { accessToken, expiresAt, scope: typeof scope === 'string' ? scope : undefined };
}
