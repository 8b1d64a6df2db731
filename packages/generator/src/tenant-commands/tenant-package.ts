// @claimgen/tenant, which builds and checks don't need: it brings Auth0's client, 34 MB. It is loaded when a command asks for it.
import type * as TenantPackage from '@claimgen/tenant';
import { type Problem, TenantFailure } from '../errors.ts';

export type { TenantPackage };

/** @throws TenantFailure where it isn't installed */
export async function loadTenantPackage(): Promise<typeof TenantPackage> {
  try {
    return await import('@claimgen/tenant');
  } catch (error) {
    const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string };
    // One of its own dependencies that is missing is another matter.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@claimgen/tenant'")) throw error;
    throw new TenantFailure(
      {
        code: 'package_missing',
        message: 'this command needs the package @claimgen/tenant, which is not installed',
        fix: 'Run npm install --save-dev @claimgen/tenant.',
      },
      2,
    );
  }
}

/**
 * Runs what talks to a tenant; what the package throws becomes a problem.
 * @throws TenantFailure
 */
export async function asProblems<T>(
  { TenantError }: Pick<typeof TenantPackage, 'TenantError'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TenantError)) throw error;
    const { code, message, fix, exitCode } = error;
    const problem: Problem = { code, message, fix };
    throw new TenantFailure(problem, exitCode);
  }
}
