// Starts the issuer: key, provider, routes, server.
import type { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Change } from '@claimgen/changes';
import { openChanges } from './changes.ts';
import type { DevTenant } from './dev-tenant.ts';
import { createKeys } from './keys.ts';
import { listen } from './listen.ts';
import { Logins } from './logins.ts';
import { createProvider } from './provider.ts';
import { authorizeRoute } from './routes/authorize.ts';
import { changesRoute } from './routes/changes.ts';
import { frontRoute } from './routes/front.ts';
import { loginRoute } from './routes/login.ts';
import { loginsRoute } from './routes/logins.ts';
import { logoutRoute } from './routes/logout.ts';
import { tokenRoute } from './routes/token.ts';
import { userinfoRoute } from './routes/userinfo.ts';
import type { State } from './state.ts';

export interface StartOptions {
  /** The tenant as it is now, asked at every request: it changes when its files do. */
  readonly tenant: () => DevTenant;
  /** 0 for any that is free. */
  readonly port: number;
  /** Told of what goes wrong in a request by no fault of who sent it. */
  readonly onError: (error: Error) => void;
}

/** An issuer that answers. */
export interface RunningDev {
  /** The issuer identifier, with its trailing slash: `http://localhost:4400/`. */
  readonly issuer: string;
  /** Where verifiers hear of changes: a feed for `openHttpFeed` of @claimgen/changes, whose secret is always `claimgen-dev-loopback`. */
  readonly changes: string;
  /**
   * Tells verifiers what is different since `tenant` gives another tenant than before. No token is issued after that which knows less
   * than the new one.
   */
  publish(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an issuer on loopback that behaves like an Auth0 tenant.
 * @throws DevError where the port is in use
 *
 * @example
 * const { issuer, close } = await startDev({ tenant: () => tenant, port: 4400, onError: console.error });
 */
export async function startDev({ tenant, port, onError }: StartOptions): Promise<RunningDev> {
  let answer: RequestListener = (_, response) => {
    response.writeHead(503).end();
  };
  const [keys, server] = await Promise.all([
    createKeys(),
    listen(port, (request, response) => answer(request, response)),
  ]);
  const issuer = `http://localhost:${server.port}/`;
  const state: State = {
    issuer,
    keys,
    tenant,
    logins: new Logins(tenant),
    requests: new WeakMap(),
    refreshed: new WeakMap(),
  };
  const provider = createProvider(state);
  const changes = openChanges(onError);
  // Koa's own event, which the provider's declarations leave out.
  (provider as EventEmitter).on('error', (error: NodeJS.ErrnoException) => {
    // Who asked has gone: nothing is wrong here.
    if (error.code !== 'ECONNRESET') onError(error);
  });
  provider.on('server_error', (_, error) => onError(error));
  for (const route of [
    frontRoute(issuer),
    loginsRoute(state),
    changesRoute(changes),
    authorizeRoute(),
    loginRoute(provider, tenant),
    tokenRoute(state),
    userinfoRoute(state),
    logoutRoute(provider, state),
  ])
    provider.use(route);
  const handle = provider.callback();
  answer = (request, response) => {
    void handle(request, response);
  };
  return {
    issuer,
    changes: `${issuer}changes`,
    publish: changes.publish,
    async close() {
      changes.close();
      await server.close();
    },
  };
}
