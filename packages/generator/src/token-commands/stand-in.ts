// What `token-proxy --try` stands in for: an issuer on this machine with one client, and a vendor that asks before every request.
import { randomBytes } from 'node:crypto';
import type { DevTenant, RunningDev } from '@claimgen/dev';
import { loadDevPackage } from '../dev/dev-package.ts';

/** Seconds: Auth0's default. */
const LIFETIME = 86_400;
const REQUESTS = 1000;
const AT_ONCE = 50;

export interface StandIn extends RunningDev {
  /** The request of its client, as a form. */
  readonly body: string;
}

/** @throws InputError where @claimgen/dev isn't installed */
export async function startStandIn(onError: (error: Error) => void): Promise<StandIn> {
  const { startDev } = await loadDevPackage();
  const secret = randomBytes(12).toString('hex');
  const audience = 'https://orders.example';
  const tenant: DevTenant = {
    users: [],
    clients: [
      {
        id: 'vendor',
        secret,
        refreshAudiences: [],
        leeway: 0,
        grants: new Map([[audience, ['orders:read']]]),
      },
    ],
    hasApi: (identifier) => identifier === audience,
    login: () => Promise.reject(new Error('there are no users')),
    machineToken: ({ clientId, scopes }, { issuer, at, id }) => ({
      algorithm: 'RS256',
      type: 'JWT',
      payload: {
        iss: issuer,
        sub: `${clientId}@clients`,
        aud: audience,
        iat: at,
        exp: at + LIFETIME,
        scope: scopes.join(' '),
        gty: 'client-credentials',
        azp: clientId,
        jti: id,
      },
    }),
  };
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'vendor',
    client_secret: secret,
    audience,
  });
  return { ...(await startDev({ tenant: () => tenant, port: 0, onError })), body: body.toString() };
}

/** What the vendor got. */
export interface Tried {
  readonly requests: number;
  /** Answers with a token. */
  readonly answered: number;
  /** How many tokens these are. */
  readonly tokens: number;
}

/** Asks a thousand times, many at once. */
export async function askAsVendor(url: string, body: string): Promise<Tried> {
  const tokens = new Set<string>();
  let [left, answered] = [REQUESTS, 0];
  const vendor = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams(body) });
      const { access_token } = (await response.json()) as { readonly access_token?: string };
      if (access_token === undefined) continue;
      answered += 1;
      tokens.add(access_token);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, vendor));
  return { requests: REQUESTS, answered, tokens: tokens.size };
}
