// A tenant that commands talk to: one wire, one source of tokens, and two clients, of which one can only look.
import type { ManagementClient } from 'auth0';
import { type Clock, systemClock } from './clock.ts';
import type { Credentials } from './credentials/credentials.ts';
import { assertScopes } from './credentials/scopes.ts';
import type { TokenCache } from './credentials/token-cache.ts';
import { createTokenSource } from './credentials/token-source.ts';
import { connect } from './wire/client.ts';
import type { RateLimit } from './wire/rate-limit.ts';
import { readOnly } from './wire/read-only.ts';
import { createWire, type WireOptions } from './wire/wire.ts';

export interface OpenTenantOptions extends Omit<WireOptions, 'tokens'> {
  readonly credentials: Credentials;
  /** The scopes that will be needed, of {@link SCOPES}. */
  readonly needs: readonly string[];
  readonly cache?: TokenCache | undefined;
}

/** An open tenant. Nothing needs to be closed. */
export interface OpenTenant {
  readonly domain: string;
  readonly client: ManagementClient;
  /** The same, but any method other than GET throws before it is sent. */
  readonly reader: ManagementClient;
  readonly clock: Clock;
  /** What the last answer said of the limit of requests. */
  readonly rateLimit: () => RateLimit | undefined;
}

/**
 * Opens a tenant: gets a token, or takes it from the cache, and compares its scopes with what is needed.
 * @throws TenantError `credentials_rejected`, `scope_missing`, `tenant_unreachable`
 * @example
 * const credentials = await findCredentials({ env: process.env });
 * const tenant = await openTenant({ credentials, needs: SCOPES.pull });
 */
export async function openTenant(options: OpenTenantOptions): Promise<OpenTenant> {
  const { credentials, needs, cache, ...wireOptions } = options;
  const { transport, clock = systemClock, random, signal } = wireOptions;
  const tokens = createTokenSource(credentials, {
    cache,
    clock,
    ...(transport === undefined ? {} : { transport }),
    ...(random === undefined ? {} : { random }),
    ...(signal === undefined ? {} : { signal }),
  });
  await assertScopes(tokens, needs);
  const wire = createWire({ ...wireOptions, tokens });
  const { domain } = credentials;
  return {
    domain,
    client: await connect(domain, tokens, wire),
    reader: await connect(domain, tokens, readOnly(wire)),
    clock,
    rateLimit: wire.rateLimit,
  };
}
