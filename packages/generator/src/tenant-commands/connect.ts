// From options and environment to an open tenant: credentials, the cache of tokens, limits of rate and time.

import { join } from 'node:path';
import type { Credentials, OpenTenant, WireEvent } from '@claimgen/tenant';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { auth0CliConfig, readIfReadable, tokenCacheFolder } from '../io/tenant-files.ts';
import type { TenantValues } from './tenant-command.ts';
import type { TenantPackage } from './tenant-package.ts';

/** Milliseconds of a wait that a person is told of. */
const LONG_WAIT = 5_000;

/**
 * Opens the tenant of the environment's credentials.
 * @param needs scopes of the Management API
 * @param expected the domain that the config has for this environment, where it has one
 * @throws TenantError
 */
export async function connect(
  tenant: typeof TenantPackage,
  needs: readonly string[],
  values: TenantValues,
  process: Process,
  expected?: string,
): Promise<OpenTenant> {
  const credentials = await findLogin(tenant, values, process);
  if (expected !== undefined && expected.toLowerCase() !== credentials.domain) {
    throw usageError(
      `the config's tenant is ${expected}, and the credentials are for ${credentials.domain}`,
      'Set AUTH0_DOMAIN and the credentials of that tenant, or choose another --env.',
    );
  }
  const requestsPerSecond = positive('rps', values);
  const seconds = positive('timeout', values);
  const onEvent = (event: WireEvent): void => {
    if (event.kind === 'wait' && event.ms >= LONG_WAIT && process.terminal?.isTTY === true)
      process.error(`Waiting ${tenant.formatDuration(event.ms / 1_000)} for the tenant's rate limit.\n`);
  };
  return tenant.openTenant({
    credentials,
    needs,
    cache: tenant.openTokenCache(tokenCacheFolder(process.env ?? {})),
    onEvent,
    ...(process.clock === undefined ? {} : { clock: process.clock }),
    ...(process.attemptTimeout === undefined ? {} : { attemptTimeout: process.attemptTimeout }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(seconds === undefined ? {} : { timeout: seconds * 1_000 }),
  });
}

async function findLogin(
  tenant: typeof TenantPackage,
  values: TenantValues,
  { cwd, env = {}, prompter, clock = tenant.systemClock }: Process,
): Promise<Credentials> {
  const keyring = await tenant.openKeyring();
  if (values.auth0Cli === true) {
    const config = readIfReadable(auth0CliConfig(env));
    return tenant.readAuth0CliLogin({ config, keyring, domain: env['AUTH0_DOMAIN'], now: clock.now() });
  }
  return tenant.findCredentials({
    env,
    dotEnv: readIfReadable(join(cwd, '.env')),
    keyring,
    ask: prompter && (({ message, secret }) => prompter.ask(message, { secret })),
  });
}

function positive(name: 'rps' | 'timeout', values: TenantValues): number | undefined {
  const value = values[name];
  if (value === undefined || (Number.isFinite(value) && value > 0)) return value;
  throw usageError(`--${name} is a number above 0`, `Write --${name} 2, or leave it out.`);
}
