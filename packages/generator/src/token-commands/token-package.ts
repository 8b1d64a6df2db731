// @claimgen/token-cache, which builds and checks don't need. It is loaded when `claimgen token-proxy` asks for it.
import type * as TokenCachePackage from '@claimgen/token-cache';
import type * as ProxyModule from '@claimgen/token-cache/proxy';
import type * as ValkeyModule from '@claimgen/token-cache/valkey';
import { InputError } from '../errors.ts';

type TokenPackage = typeof TokenCachePackage & typeof ProxyModule & typeof ValkeyModule;

/** @throws InputError where it isn't installed */
export async function loadTokenPackage(): Promise<TokenPackage> {
  try {
    const [cache, proxy, valkey] = await Promise.all([
      import('@claimgen/token-cache'),
      import('@claimgen/token-cache/proxy'),
      import('@claimgen/token-cache/valkey'),
    ]);
    return { ...cache, ...proxy, ...valkey };
  } catch (error) {
    throw packageMissing(error, '@claimgen/token-cache') ?? error;
  }
}

/** What says that a package must be installed; undefined where the error is about something else. */
export function packageMissing(error: unknown, name: string): InputError | undefined {
  const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string };
  // One of its own dependencies that is missing is another matter.
  if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) return undefined;
  return new InputError([
    {
      code: 'package_missing',
      message: `this command needs the package ${name}, which is not installed`,
      fix: `Run npm install ${name}.`,
    },
  ]);
}
