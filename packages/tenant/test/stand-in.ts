// Starts the stand-in of the Management API for a test, on loopback, with a clock that may run faster than the machine's.

import {
  ManagementApi,
  type ManagementApiOptions,
  type ServedApi,
  serveManagementApi,
} from '@claimgen/simulator/management-api/index';
import { expect, onTestFinished } from 'vitest';
import { openApiChecker } from '../../simulator/test/management-api/openapi.ts';
import type { Clock } from '../src/clock.ts';
import { type OpenTenant, type OpenTenantOptions, openTenant } from '../src/tenant.ts';
import type { Transport } from '../src/wire/exchange.ts';

export interface StandIn extends ServedApi {
  readonly api: ManagementApi;
  readonly clock: Clock;
  /** Sends over HTTP what is meant for HTTPS: certificates are tested where processes are. */
  readonly transport: Transport;
  /** Every request so far, as `METHOD path`. */
  readonly requests: readonly string[];
  /** Opens the tenant with a machine's credentials. */
  open(options?: Partial<OpenTenantOptions>): Promise<OpenTenant>;
}

const check = openApiChecker();

/** A clock on which `speed` seconds pass in one. */
export function fastClock(speed: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms / speed);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  };
}

export const SECRET = 'the-client-secret-that-nobody-may-see';

export async function startStandIn(
  options: ManagementApiOptions & { readonly speed?: number } = {},
): Promise<StandIn> {
  const { speed = 200, ...apiOptions } = options;
  const clock = fastClock(speed);
  const api = new ManagementApi({ now: clock.now, ...apiOptions });
  const served = await serveManagementApi(api, { real: (ms) => ms / speed });
  onTestFinished(() => served.close());
  api.origin = `https://${served.domain}`;
  const requests: string[] = [];
  const problems = new Set<string>();
  api.onExchange = (exchange) => {
    requests.push(`${exchange.request.method} ${exchange.request.path}`);
    // What we send and what the stand-in answers is as Auth0's own document has it, in every test.
    for (const problem of check?.(exchange) ?? []) problems.add(problem);
  };
  onTestFinished(() => expect([...problems]).toEqual([]));
  const transport: Transport = (request) =>
    fetch(new Request(request.url.replace(/^https:/u, 'http:'), request));
  return {
    ...served,
    api,
    clock,
    transport,
    requests,
    open: (more) =>
      openTenant({
        credentials: {
          kind: 'client',
          domain: served.domain,
          clientId: 'the-client',
          clientSecret: SECRET,
          readFrom: 'the test',
        },
        needs: [],
        clock,
        transport,
        random: () => 0.5,
        ...more,
      }),
  };
}
