// @claimgen/dev, which builds and checks don't need: it brings an OpenID provider. It is loaded when `claimgen dev` asks for it.
import type * as DevPackage from '@claimgen/dev';
import { InputError } from '../errors.ts';

/** @throws InputError where it isn't installed */
export async function loadDevPackage(): Promise<typeof DevPackage> {
  try {
    return await import('@claimgen/dev');
  } catch (error) {
    const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string };
    // One of its own dependencies that is missing is another matter.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@claimgen/dev'")) throw error;
    throw new InputError([
      {
        code: 'package_missing',
        message: 'this command needs the package @claimgen/dev, which is not installed',
        fix: 'Run npm install --save-dev @claimgen/dev.',
      },
    ]);
  }
}
