// Auth0's own client on our wire. It is large (34 MB, half a second to load): only what talks to a tenant loads it.
import type { ManagementClient } from 'auth0';
import { asAnswer } from './failure.ts';
import type { TokenSource, Wire } from './wire.ts';

/** A client whose retries, waits and timeouts are the wire's alone. */
export async function connect(domain: string, tokens: TokenSource, wire: Wire): Promise<ManagementClient> {
  const { ManagementClient } = await import('auth0');
  return new ManagementClient({
    domain,
    token: () => tokens.get(),
    fetch: (input, init) => wire.fetch(input, init).catch(asAnswer),
    maxRetries: 0,
    // The wire's deadline ends a request; a pause for the rate limit may be longer than the client's own minute.
    timeoutInSeconds: MAX_TIMEOUT,
    // What else runs on this machine is nobody's business.
    telemetry: false,
  });
}

/** Seconds: the longest that a timer of Node takes. */
const MAX_TIMEOUT = Math.floor((2 ** 31 - 1) / 1_000);
