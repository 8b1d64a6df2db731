// `claimgen token-proxy`: gives machines their tokens from a cache, until it is told to end.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { TokenCache, TokenCacheOptions, TokenStore } from '@claimgen/token-cache';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { checkPort } from '../cli/port.ts';
import type { Process } from '../cli/process.ts';
import { TenantFailure, usageError } from '../errors.ts';
import { versioned } from '../format/versioned.ts';
import { listen } from '../io/http-server.ts';
import { readClientFile } from './client-file.ts';
import { askAsVendor, type StandIn, startStandIn } from './stand-in.ts';
import { loadTokenPackage, packageMissing } from './token-package.ts';

/** Environment variables: what only the proxies know, and the address of the store, which may have a password in it. */
const PEPPER = 'TOKEN_CACHE_PEPPER';
const STORE = 'TOKEN_CACHE_STORE';
const DEFAULT_PORT = 8080;
/** Hours that a token may live, and what a client then costs in 30 days. */
const COSTS = [24, 1].map((hours) => ({ hours, grants: (30 * 24) / hours }));

export const tokenProxy: Command = defineCommand({
  describe: 'Serve /oauth/token for machines from a cache, to spare the quota',
  argument: {
    name: 'purge',
    describe: 'In place of serving: forget the cached tokens of --client, in every process',
    kind: 'optional',
  },
  options: {
    issuer: { type: 'string', describe: 'The tenant, such as https://acme.eu.auth0.com/' },
    store: {
      type: 'string',
      describe: `Valkey or Redis for a fleet, redis://…, or in ${STORE}; memory by default`,
    },
    clients: { type: 'string', describe: "A JSON file with clients' own quotas and public keys" },
    client: { type: 'string', describe: 'The id of the client to purge' },
    'requests-per-minute': { type: 'number', describe: 'For each client and process; 6,000 by default' },
    'grants-per-hour': { type: 'number', describe: 'Tokens issued for each client; 60 by default' },
    'grants-per-day': { type: 'number', describe: 'The same; 240 by default' },
    'grants-per-month': { type: 'number', describe: 'The same; half of the budget by default' },
    budget: { type: 'number', describe: "The tenant's tokens a month: told at 60, 80 and 100 %" },
    'max-age': {
      type: 'number',
      describe: 'Seconds that a token is kept at most; until it expires by default',
    },
    port: { type: 'number', describe: `The port, ${DEFAULT_PORT} by default; 0 for any that is free` },
    host: { type: 'string', describe: 'The address to listen at, 127.0.0.1 by default' },
    try: { type: 'boolean', describe: 'In front of an issuer on this machine, with 1,000 requests to see' },
    json: { type: 'boolean', describe: 'Print JSON for programs' },
  },
  examples: [
    ['$0 token-proxy --try', 'see it work, without a tenant'],
    ['--issuer https://a.eu.auth0.com/', `the pepper is in ${PEPPER}`],
    ['token-proxy purge --client c1', 'after its secret has leaked'],
  ],
  async run(values, [action], process) {
    if (action !== undefined && action !== 'purge')
      throw usageError('token-proxy serves, or purges', 'Write claimgen token-proxy purge --client <id>.');
    if (values.try === true) return tryIt(values, process);
    if (values.issuer === undefined)
      throw usageError('the issuer must be named', 'Write --issuer https://<tenant>.auth0.com/, or --try.');
    const open = await openCache({ ...values, issuer: values.issuer }, process);
    try {
      if (action === 'purge') return await purge(open.cache, values, storeOf(values, process));
      return await serve(open, values, process);
    } finally {
      await open.cache.close();
    }
  },
});

/** What was given. */
interface ProxyValues {
  readonly issuer?: string | undefined;
  readonly store?: string | undefined;
  readonly clients?: string | undefined;
  readonly client?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly grantsPerHour?: number | undefined;
  readonly grantsPerDay?: number | undefined;
  readonly grantsPerMonth?: number | undefined;
  readonly budget?: number | undefined;
  readonly maxAge?: number | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly json?: boolean | undefined;
}

interface OpenCache {
  readonly cache: TokenCache;
  readonly issuer: string;
  readonly handler: (request: Request) => Promise<Response>;
}

async function openCache(
  values: ProxyValues & { readonly issuer: string },
  process: Process,
): Promise<OpenCache> {
  const { createTokenCache, createTokenProxy, createMetrics, connectValkeyStore } = await loadTokenPackage();
  const { issuer, budget, maxAge, clients } = values;
  const metrics = createMetrics();
  const url = storeOf(values, process);
  const pepper = pepperOf(process, url !== undefined);
  const { requestsPerMinute, grantsPerHour, grantsPerDay, grantsPerMonth } = values;
  const options: TokenCacheOptions = {
    issuer,
    pepper,
    on: metrics.on,
    log: (message) => process.error(`${message}\n`),
    quotas: given({ requestsPerMinute, grantsPerHour, grantsPerDay, grantsPerMonth }),
    ...given({ budget, maxAge }),
    ...(clients === undefined ? {} : { clients: readClientFile(resolve(process.cwd, clients)) }),
    ...(url === undefined ? {} : { store: await connect(connectValkeyStore, url) }),
  };
  try {
    const cache = createTokenCache(options);
    return { cache, issuer, handler: createTokenProxy({ cache, metrics }) };
  } catch (error) {
    await options.store?.close();
    if (!(error instanceof TypeError)) throw error;
    throw usageError(error.message, `Correct the option, ${PEPPER}, or the file of --clients.`);
  }
}

async function connect(open: (url: string) => Promise<TokenStore>, url: string): Promise<TokenStore> {
  const scheme = /^rediss?:\/\/./u.test(url);
  if (scheme && URL.canParse(url)) {
    try {
      return await open(url);
    } catch (error) {
      const missing = packageMissing(error, '@redis/client');
      if (missing !== undefined) throw missing;
      // What else it says may repeat the password.
    }
  }
  throw usageError('the store must be a URL: redis://… or rediss://…', `Correct --store or ${STORE}.`);
}

function storeOf({ store }: ProxyValues, { env }: Process): string | undefined {
  const url = store ?? env?.[STORE] ?? '';
  return url === '' ? undefined : url;
}

/** Without a store nobody else has to know it, and what is kept ends with the process. */
function pepperOf({ env }: Process, isShared: boolean): string {
  const pepper = env?.[PEPPER] ?? '';
  if (pepper !== '') return pepper;
  if (!isShared) return randomBytes(32).toString('base64url');
  throw usageError(
    `${PEPPER} is not set`,
    `Set ${PEPPER} in the environment of every proxy: openssl rand -base64 32 makes one.`,
  );
}

function given<T extends object>(options: T): { [Name in keyof T]: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: NonNullable<T[Name]>;
  };
}

async function purge(
  cache: TokenCache,
  { client }: ProxyValues,
  store: string | undefined,
): Promise<CommandResult> {
  if (client === undefined || client === '')
    throw usageError('the client must be named', 'Write --client <id>.');
  if (store === undefined)
    throw usageError(
      'a proxy without a store keeps its tokens in memory',
      'Name its --store, or start it again.',
    );
  try {
    await cache.purge(client);
  } catch {
    throw new TenantFailure(
      {
        code: 'outcome_unknown',
        message: 'the store can not be reached: nothing was purged for certain',
        fix: 'Purge again once it answers.',
      },
      3,
    );
  }
  return {
    text: 'Purged: within a second, every proxy asks the issuer again.',
    json: { purged: client },
    exitCode: 0,
  };
}

async function serve(
  { issuer, handler }: OpenCache,
  { port = DEFAULT_PORT, host = '127.0.0.1', json = false }: ProxyValues,
  process: Process,
  standIn?: StandIn,
): Promise<CommandResult> {
  checkPort(port, DEFAULT_PORT);
  const { toListener } = await loadTokenPackage();
  const stop = process.stopSignal?.() ?? new AbortController().signal;
  const server = await listen(toListener(handler), port, host);
  try {
    const url = `${server.origin}/oauth/token`;
    const print = (output: object, text: string) =>
      process.out(`${json ? JSON.stringify(versioned(output)) : text}\n`);
    print({ listening: url, issuer, costs: COSTS }, startText(url, issuer));
    if (standIn !== undefined) {
      const tried = await askAsVendor(url, standIn.body);
      const { requests, answered, tokens } = tried;
      print(
        { tried },
        `A vendor asked ${requests.toLocaleString('en')} times, and got an answer ${answered.toLocaleString('en')} times: ` +
          `${tokens} ${tokens === 1 ? 'token was' : 'tokens were'} issued.\nTry it:  curl -s ${url} -d '${standIn.body}'\nCtrl+C ends it.`,
      );
    }
    if (!stop.aborted) await once(stop, 'abort');
  } finally {
    server.close();
  }
  return { text: json ? '' : 'Ended.', json: undefined, exitCode: 0 };
}

function startText(url: string, issuer: string): string {
  const costs = COSTS.map(({ hours, grants }) => `${grants} with tokens of ${hours} h`).join(', ');
  return [
    `Listening on ${url}, for ${issuer}`,
    `A client costs these grants a month for each API, organization and scope: ${costs}.`,
    'Up to 14 % more while it asks without a pause, since tokens are refreshed ahead.',
  ].join('\n');
}

async function tryIt(values: ProxyValues, process: Process): Promise<CommandResult> {
  const standIn = await startStandIn((error) => process.error(`The issuer has failed: ${error.name}\n`));
  try {
    const open = await openCache({ ...values, issuer: standIn.issuer }, process);
    try {
      // Any port: it is printed, and nothing is configured by it.
      return await serve(open, { ...values, port: values.port ?? 0 }, process, standIn);
    } finally {
      await open.cache.close();
    }
  } finally {
    await standIn.close();
  }
}
