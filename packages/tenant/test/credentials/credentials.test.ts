import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAuth0CliLogin } from '../../src/credentials/auth0-cli.ts';
import { findCredentials, type Question } from '../../src/credentials/credentials.ts';
import { type Keyring, storeClient } from '../../src/credentials/keyring.ts';
import { SCOPES } from '../../src/credentials/scopes.ts';
import { openTokenCache } from '../../src/credentials/token-cache.ts';
import { startStandIn } from '../stand-in.ts';

const domain = 'acme.eu.auth0.com';

function memoryKeyring(entries: Readonly<Record<string, string>> = {}): Keyring {
  const stored = new Map(Object.entries(entries));
  return {
    get: async (service, account) => stored.get(`${service}/${account}`),
    set: async (service, account, secret) => {
      stored.set(`${service}/${account}`, secret);
    },
  };
}

describe('credentials', () => {
  const dotEnv = `AUTH0_DOMAIN=${domain}\nAUTH0_CLIENT_ID=file-id\nAUTH0_CLIENT_SECRET='file "secret"'\n`;

  it('come from the environment before .env, and from .env before the keyring', async () => {
    const env = { AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: 'env-id', AUTH0_CLIENT_SECRET: 'env-secret' };
    const keyring = memoryKeyring();
    await storeClient(keyring, domain, { clientId: 'ring-id', clientSecret: 'ring-secret' });
    expect(await findCredentials({ env, dotEnv, keyring })).toMatchObject({
      clientId: 'env-id',
      readFrom: 'the environment',
    });
    expect(await findCredentials({ env: {}, dotEnv, keyring })).toMatchObject({
      clientSecret: 'file "secret"',
      readFrom: '.env',
    });
    expect(await findCredentials({ env: { AUTH0_DOMAIN: domain }, keyring })).toMatchObject({
      clientId: 'ring-id',
      readFrom: 'the keyring',
    });
    expect(
      await findCredentials({ env: { AUTH0_DOMAIN: domain, AUTH0_ACCESS_TOKEN: 'token' }, dotEnv }),
    ).toMatchObject({ kind: 'token', accessToken: 'token' });
  });

  it('are asked for where somebody can answer, and told of where nobody can', async () => {
    const asked: Question[] = [];
    const ask = async (question: Question): Promise<string> => {
      asked.push(question);
      return question.variable === 'AUTH0_DOMAIN' ? domain : `typed ${question.variable}`;
    };
    expect(await findCredentials({ env: {}, ask })).toEqual({
      kind: 'client',
      domain,
      clientId: 'typed AUTH0_CLIENT_ID',
      clientSecret: 'typed AUTH0_CLIENT_SECRET',
      readFrom: 'the answers',
    });
    expect(asked.map(({ variable, secret }) => [variable, secret])).toEqual([
      ['AUTH0_DOMAIN', false],
      ['AUTH0_CLIENT_ID', false],
      ['AUTH0_CLIENT_SECRET', true],
    ]);
    await expect(findCredentials({ env: {} })).rejects.toMatchObject({
      code: 'credentials_missing',
      exitCode: 2,
    });
  });

  it('of one place are never put together with those of another', async () => {
    await expect(
      findCredentials({ env: { AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: 'env-id' }, dotEnv }),
    ).rejects.toMatchObject({ message: 'AUTH0_CLIENT_SECRET is not set in the environment' });
    await expect(
      findCredentials({ env: { AUTH0_DOMAIN: 'other.eu.auth0.com' }, dotEnv }),
    ).rejects.toMatchObject({ code: 'credentials_missing', message: expect.stringContaining(domain) });
  });

  it.each([
    ['https://acme.eu.auth0.com/', 'Set AUTH0_DOMAIN to acme.eu.auth0.com, without the scheme.'],
    ['acme eu', /Set AUTH0_DOMAIN to the domain/u],
    ['user@acme.eu.auth0.com', /domain of the tenant/u],
    ['acme.eu.auth0.com/path', /domain of the tenant/u],
  ])('refuse the domain %s', async (value, fix) => {
    await expect(
      findCredentials({ env: { AUTH0_DOMAIN: value, AUTH0_ACCESS_TOKEN: 'x' } }),
    ).rejects.toMatchObject({ code: 'domain_invalid', fix: expect.stringMatching(fix) });
  });
});

describe('the login of the Auth0 CLI', () => {
  const config = (tenant: object): string =>
    JSON.stringify({ default_tenant: domain, tenants: { [domain]: tenant } });
  const later = '2030-01-01T00:00:00Z';

  it('is read from the keyring in its pieces, as go-keyring stores them on each system', async () => {
    const keyring = memoryKeyring({
      [`Auth0 CLI Access Token 0/${domain}`]: `go-keyring-base64:${Buffer.from('first.').toString('base64')}`,
      [`Auth0 CLI Access Token 1/${domain}`]: 'second',
    });
    expect(await readAuth0CliLogin({ config: config({ expires_at: later }), keyring, now: 0 })).toMatchObject(
      { kind: 'token', domain, accessToken: 'first.second' },
    );
  });

  it('of a machine gives its id and secret, and else its token', async () => {
    const keyring = memoryKeyring({ [`Auth0 CLI Client Secret/${domain}`]: 'cli-secret' });
    expect(
      await readAuth0CliLogin({
        config: config({ client_id: 'cli-id', expires_at: later }),
        keyring,
        now: 0,
      }),
    ).toMatchObject({ kind: 'client', clientId: 'cli-id', clientSecret: 'cli-secret' });
    expect(
      await readAuth0CliLogin({ config: config({ access_token: 'plain', expires_at: later }), now: 0 }),
    ).toMatchObject({ accessToken: 'plain' });
  });

  it.each([
    ['nobody is logged in', undefined, /not logged in/u],
    ['the file is broken', '{', /not JSON/u],
    [
      'another tenant is logged in',
      JSON.stringify({ default_tenant: domain, tenants: {} }),
      /not logged in to/u,
    ],
    [
      'the token has expired',
      config({ access_token: 'plain', expires_at: '2020-01-01T00:00:00Z' }),
      /has expired/u,
    ],
    ['there is no token', config({}), /no token/u],
  ])('is refused where %s', async (_, text, message) => {
    await expect(readAuth0CliLogin({ config: text, now: Date.now() })).rejects.toMatchObject({
      code: 'credentials_missing',
      message: expect.stringMatching(message),
    });
  });
});

describe('tokens', () => {
  function cacheFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'claimgen-tokens-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, 'cache');
  }

  const granted = (requests: readonly string[]): number =>
    requests.filter((request) => request === 'POST /oauth/token').length;

  it('are kept in a file that only its owner reads, until a minute before they end', async () => {
    const folder = cacheFolder();
    const standIn = await startStandIn({ tokenLifetime: 3_600, speed: 1 });
    for (let run = 0; run < 2; run++) await standIn.open({ cache: openTokenCache(folder) });
    expect(granted(standIn.requests)).toBe(1);
    const [file = ''] = readdirSync(folder);
    expect(file).toMatch(/^[0-9a-f]{64}\.json$/u);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({
      accessToken: expect.any(String),
    });

    chmodSync(join(folder, file), 0o644);
    await standIn.open({ cache: openTokenCache(folder) });
    expect(granted(standIn.requests)).toBe(2);

    const short = await startStandIn({ tokenLifetime: 59, speed: 1 });
    for (let run = 0; run < 2; run++) await short.open({ cache: openTokenCache(cacheFolder()) });
    expect(granted(short.requests)).toBe(2);
  });

  it('are fetched once where many requests need one, and a folder that cannot be written is no error', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open({ cache: openTokenCache(join(process.execPath, 'nowhere')) });
    standIn.api.tokens.expireAll();
    await Promise.all(Array.from({ length: 6 }, () => tenant.reader.roles.list()));
    expect(granted(standIn.requests)).toBe(2);
  });

  it('are asked for all scopes at once, before anything is done', async () => {
    const standIn = await startStandIn({
      clients: [
        { id: 'the-client', secret: 'the-client-secret-that-nobody-may-see', scopes: ['read:roles'] },
      ],
    });
    await expect(standIn.open({ needs: SCOPES.pull })).rejects.toMatchObject({
      code: 'scope_missing',
      exitCode: 2,
      message: 'the access token lacks the scopes read:resource_servers, read:client_grants',
    });
    expect(standIn.requests).toEqual(['POST /oauth/token']);
  });

  it('that the tenant refuses are told without the secret', async () => {
    const standIn = await startStandIn({ clients: [] });
    const error = await standIn.open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'credentials_rejected' });
    expect(JSON.stringify(error)).not.toContain('nobody-may-see');
  });

  it('survive a busy /oauth/token', async () => {
    const standIn = await startStandIn();
    standIn.api.fail([
      { on: 'POST /oauth', status: 429, times: 2 },
      { on: 'POST /oauth', cut: 'before' },
    ]);
    await standIn.open();
    expect(granted(standIn.requests)).toBe(4);
  });
});
