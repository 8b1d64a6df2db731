// `claimgen doctor --freshness` against a real hub with a receiver, and a stand-in that sends its log there.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HUB_SECRET, type Hub, logStream, STREAM_SECRET, startHub } from './hub.ts';
import { startWorld, type World } from './world.ts';

const env = { CHANGES_SECRET: HUB_SECRET };

type Fresh = World & Hub;

async function freshWorld(): Promise<Fresh> {
  const world = await startWorld();
  for (const command of ['pull', 'build', 'deploy --yes'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  return { ...world, ...(await startHub(world)) };
}

function eventStream(endpoint: string, types: readonly string[], more: object = {}): object {
  return {
    id: 'est_0000000000000000000001',
    name: 'events',
    status: 'enabled',
    subscriptions: types.map((event_type) => ({ event_type })),
    destination: {
      type: 'webhook',
      configuration: { webhook_endpoint: endpoint, webhook_authorization: { method: 'bearer' } },
    },
    ...more,
  };
}

const examine = (world: Fresh, more = '') =>
  world.claimgen(`doctor --quick --freshness --hub ${world.hub}${more}`, { env });

describe('claimgen doctor --freshness', () => {
  it('finds nothing where a log stream goes to a hub that answers', async () => {
    const world = await freshWorld();
    world.api.tenant.logStreams.set('1', logStream(`${world.hub}/auth0/logs`));
    world.api.tenant.logStreams.set('2', {
      id: 'lst_2',
      name: 'other',
      type: 'datadog',
      status: 'paused',
      sink: { datadogApiKey: 'the-secret-of-datadog', datadogRegion: 'eu' },
    });
    world.requests.length = 0;
    expect(await examine(world)).toMatchObject({ exitCode: 0, out: 'Nothing is wrong with the tenant.\n' });
    expect(world.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('times how long a change takes, which it makes to a test user', async () => {
    const world = await freshWorld();
    world.api.tenant.logStreams.set('1', logStream(`${world.hub}/auth0/logs`));
    world.api.tenant.users.set('auth0|test', { permissions: [], roles: [], sessions: ['s'] });
    const { onExchange } = world.api;
    world.api.onExchange = (exchange) => {
      onExchange?.(exchange);
      const { method, path } = exchange.request;
      if (method !== 'DELETE') return;
      const details = { request: { method, path: decodeURIComponent(path) }, response: { statusCode: 202 } };
      void fetch(`${world.hub}/auth0/logs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${STREAM_SECRET}` },
        body: `${JSON.stringify({ log_id: '1', data: { type: 'sapi', date: new Date().toISOString(), details } })}\n`,
      });
    };
    const examined = await examine(world, ' --probe auth0|test');
    expect(examined).toMatchObject({ exitCode: 0 });
    expect(examined.out).toMatch(
      /^note: a change in the tenant reached readers of the hub after \d+\.\d s$/mu,
    );
    expect(await examine(world, ' --probe auth0|nobody')).toMatchObject({ exitCode: 1 });
  });

  const EVENTS = ['user.updated', 'user.deleted'];
  it.each<[string, string, number, (world: Fresh) => void]>([
    [
      'no stream goes to the hub',
      'stream_missing',
      0,
      ({ api }) => {
        api.tenant.logStreams.set('1', logStream('https://elsewhere.example/auth0/logs'));
      },
    ],
    [
      'the stream is suspended',
      'stream_stopped',
      1,
      ({ api, hub }) => {
        api.tenant.logStreams.set('1', logStream(`${hub}/auth0/logs`, { status: 'suspended' }));
      },
    ],
    [
      'the stream sends no secret',
      'stream_unauthorized',
      1,
      ({ api, hub }) => {
        api.tenant.logStreams.set('1', logStream('', { sink: { httpEndpoint: `${hub}/auth0/logs` } }));
      },
    ],
    [
      'the stream leaves out what counts',
      'stream_filtered',
      1,
      ({ api, hub }) => {
        const filters = [{ type: 'category', name: 'auth.login.fail' }];
        api.tenant.logStreams.set('1', logStream(`${hub}/auth0/logs`, { filters }));
      },
    ],
    [
      'there are events only',
      'stream_filtered',
      0,
      ({ api, hub }) => {
        api.tenant.eventStreams.set('1', eventStream(`${hub}/auth0/events`, EVENTS));
      },
    ],
    [
      'the event stream is disabled',
      'stream_stopped',
      1,
      ({ api, hub }) => {
        api.tenant.eventStreams.set('1', eventStream(`${hub}/auth0/events`, EVENTS, { status: 'disabled' }));
      },
    ],
    [
      'the hub has ended',
      'feed_unreachable',
      1,
      ({ server }) => {
        server.closeAllConnections();
        server.close();
      },
    ],
  ])('says so where %s', async (_, code, exitCode, change) => {
    const world = await freshWorld();
    change(world);
    const { exitCode: ended, out } = await examine(world, ' --json');
    expect(ended).toBe(exitCode);
    expect(JSON.parse(out).findings.map((finding: { code: string }) => finding.code)).toContain(code);
    expect(out).not.toContain(HUB_SECRET);
    expect(out).not.toContain(STREAM_SECRET);
  });

  it('says so where the hub refuses the secret, and repeats none', async () => {
    const world = await freshWorld();
    world.api.tenant.logStreams.set('1', logStream(`${world.hub}/auth0/logs`));
    const wrong = { CHANGES_SECRET: 'a-secret-of-another-hub' };
    const examined = await world.claimgen(`doctor --quick --freshness --hub ${world.hub}`, { env: wrong });
    expect(examined).toMatchObject({ exitCode: 1 });
    expect(examined.out).toContain('status 401');
    expect(examined.out + examined.error).not.toContain('a-secret-of-another-hub');
  });

  it('ends, and says so, where a hub takes the request and tells nothing', async () => {
    const world = await freshWorld();
    const hubs: RequestListener[] = [
      () => {},
      (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
      (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"v":1'),
    ];
    await Promise.all(
      hubs.map(async (listener) => {
        const server = createServer(listener).listen(0, '127.0.0.1');
        onTestFinished(() => void server.close().closeAllConnections());
        await new Promise((resolve) => server.once('listening', resolve));
        const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { exitCode, out } = await examine({ ...world, hub });
        // The feed may give up first.
        expect(out).toMatch(new RegExp(`the hub ${hub} (gives no sign of life|is not reached)`, 'u'));
        expect(exitCode).toBe(1);
      }),
    );
  });

  it.each([
    ['no hub', 'doctor --freshness', env],
    ['a hub that is no URL', 'doctor --freshness --hub changes.acme.example', env],
    ['a hub without TLS elsewhere', 'doctor --freshness --quick --hub http://changes.acme.example', env],
    ['no secret', 'doctor --freshness --hub https://changes.acme.example', {}],
    [
      'a secret that is too short',
      'doctor --freshness --quick --hub https://changes.acme.example',
      { CHANGES_SECRET: 'short' },
    ],
    ['a hub without --freshness', 'doctor --hub https://changes.acme.example', env],
    ['a test user without --freshness', 'doctor --probe auth0|1', env],
  ])('refuses %s with exit code 2', async (_, args, given) => {
    const world = await startWorld();
    for (const command of ['pull', 'build']) await world.claimgen(command);
    const { exitCode, out, error } = await world.claimgen(args, { env: given });
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toMatch(/^\S.*\n {2}\S/);
    expect(error).not.toContain('bug');
  });
});
