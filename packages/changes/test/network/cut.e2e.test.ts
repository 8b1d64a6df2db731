// The network between publishers, stores and readers, really cut. Needs root: skipped where it isn't there, never in CI.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChangeFeed, ChangeRecord } from '@claimgen/verifier/changes';
import { createClient } from '@redis/client';
import { afterEach, describe, expect, it } from 'vitest';
import { openHttpFeed } from '../../src/http/http-feed.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { ChangeLog } from '../../src/log.ts';
import { openValkeyLog } from '../../src/valkey/valkey-log.ts';
import { Follower, until } from '../support/follower.ts';
import { createNetwork, type Network, whyNoNamespaces } from './namespace.ts';

const why = whyNoNamespaces();
if (why !== undefined && process.env['CI'] !== undefined) throw new Error(why);

/** Milliseconds: two heartbeats would be more than a test should take. */
const MAX_STALENESS = 6000;
const SECRET = 'correct-horse-battery';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const record = (sub: string): ChangeRecord => ({ v: 1, at: Date.now(), sub, lost: ['orders:refund'] });

function network(): Network {
  const made = createNetwork();
  closing.push(() => made.remove());
  return made;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'claimgen-network-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function follow(feed: ChangeFeed): Follower {
  const follower = new Follower(feed, MAX_STALENESS);
  closing.push(() => follower.stop());
  return follower;
}

const status = (follower: Follower) => follower.state.status(performance.now());

/** What is promised of every feed: what was published behind the cut is unknown, said to be so, and known after it. */
async function expectCut(
  net: Network,
  followers: readonly Follower[],
  { near, far }: { readonly near?: ChangeLog; readonly far: (sub: string) => Promise<unknown> },
): Promise<void> {
  const all = (is: (follower: Follower) => boolean) => until(() => followers.every(is));
  await all((follower) => status(follower) === 'live');
  await far('before');
  await all((follower) => follower.isStale('before'));
  net.cut();
  const began = performance.now();
  await far('behind');
  // A publisher on the wrong side is told that nothing is durable.
  if (near !== undefined)
    await expect(near.append([record('lost')])).rejects.toMatchObject({ code: 'log_unavailable' });
  await all((follower) => status(follower) === 'stale');
  expect(performance.now() - began).toBeLessThan(2 * MAX_STALENESS);
  expect(followers.map((follower) => follower.isStale('behind'))).not.toContain(true);
  net.mend();
  await all((follower) => follower.isStale('behind') && status(follower) === 'live');
}

describe.skipIf(why !== undefined)(`a cut network${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it('between Valkey, publishers and readers', async () => {
    const net = network();
    const port = '6379';
    net.run(
      'redis-server',
      '--port',
      port,
      '--save',
      '',
      '--appendonly',
      'no',
      '--protected-mode',
      'no',
      '--dir',
      folder(),
    );
    const url = `redis://${net.address}:${port}`;
    const open = () => {
      const log = openValkeyLog(createClient({ url }), {
        key: 'changes',
        replicas: 0,
        create: true,
        deadline: 1000,
      });
      closing.push(() => log.close());
      return log;
    };
    const near = open();
    await until(async () =>
      near.append([record('first')]).then(
        () => true,
        () => false,
      ),
    );
    const far = (sub: string) =>
      new Promise<void>((resolve, reject) => {
        const args = ['-p', port, 'XADD', 'changes', '*', 'records', JSON.stringify([record(sub)])];
        net
          .run('redis-cli', ...args)
          .once('exit', (code) => (code === 0 ? resolve() : reject(new Error(String(code)))));
      });
    await expectCut(net, [follow(open())], { near, far });
  });

  it('between a hub and its readers, by server-sent events and by polling', async () => {
    const net = network();
    const path = folder();
    const script = fileURLToPath(new URL('hub-process.js', import.meta.url));
    net.run(process.execPath, script, path, '8080', SECRET);
    const url = `http://${net.address}:8080/changes`;
    await until(() =>
      fetch(new URL('/health', url)).then(
        ({ status: code }) => code === 200,
        () => false,
      ),
    );
    const log = openJournal(path);
    closing.push(() => log.close());
    const open = (options: object) =>
      follow(openHttpFeed(url, { secret: SECRET, insecure: true, ...options }));
    await expectCut(net, [open({}), open({ poll: 1 })], { far: (sub) => log.append([record(sub)]) });
  });
});
