/** Real redis-server processes: one, a primary with replicas, a cluster. Debian's package, see .ci/apt-packages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends one command over a connection of its own. */
  command(...args: string[]): Promise<unknown>;
  kill(): Promise<void>;
}

const folders: string[] = [];
const servers: RedisServer[] = [];

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export async function startServer(...options: string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-redis-'));
  folders.push(folder);
  // A cluster's bus is 10,000 ports further.
  let port = await freePort();
  while (port > 55_000) port = await freePort();
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      '--bind',
      '127.0.0.1',
      '--repl-diskless-sync-delay',
      '0',
      ...options,
    ],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${port}`;
  const server: RedisServer = {
    port,
    url,
    process: child,
    async command(...args) {
      const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false } });
      client.on('error', () => {});
      await client.connect();
      try {
        return await client.sendCommand(args);
      } finally {
        client.destroy();
      }
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await exited;
    },
  };
  servers.push(server);
  await until(async () => (await server.command('PING')) === 'PONG');
  return server;
}

/** A primary and its replicas, in step. */
export async function startReplicated(replicas: number): Promise<RedisServer[]> {
  const primary = await startServer();
  const others = await Promise.all(
    Array.from({ length: replicas }, () => startServer('--replicaof', '127.0.0.1', String(primary.port))),
  );
  await until(async () => {
    const info = String(await primary.command('INFO', 'replication'));
    return (info.match(/state=online/g) ?? []).length === replicas;
  });
  return [primary, ...others];
}

/** Primaries of a cluster, each with one replica. */
export async function startCluster(primaries: number): Promise<RedisServer[]> {
  const nodes = await Promise.all(
    Array.from({ length: primaries * 2 }, () =>
      startServer('--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'),
    ),
  );
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const cli = spawn(
    'redis-cli',
    ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
    { stdio: 'ignore' },
  );
  const [code] = await once(cli, 'exit');
  if (code !== 0) throw new Error(`redis-cli --cluster create: ${code}`);
  for (const node of nodes) {
    await until(async () => {
      const isOk = String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok');
      const info = String(await node.command('INFO', 'replication'));
      return isOk && (info.includes('state=online') || info.includes('master_link_status:up'));
    });
  }
  return nodes;
}

export async function stopServers(): Promise<void> {
  for (const server of servers.splice(0)) await server.kill();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await isDone().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error('it did not come to that within 30 s');
}
