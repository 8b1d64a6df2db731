import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestHead, statusOf } from './request.ts';

/** Where a server is to run. */
export interface Place {
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  /** The port on 127.0.0.1 to listen on. */
  readonly port: number;
  /** A port on 127.0.0.1 for a second process of the server's own, if it needs one. */
  readonly secondPort: number;
  /** A Node server on 127.0.0.1 that takes heads of 2 MB: what proxies forward to. */
  readonly upstreamPort: number;
}

/** How a server is started with its default limits. */
export interface Launch {
  readonly files?: Readonly<Record<string, string>>;
  readonly commands: readonly (readonly [string, ...string[]])[];
}

export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

const PATH = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The program's path, looked up as a shell of root would, or undefined. */
export function findProgram(name: string): string | undefined {
  if (name.startsWith('/')) return existsSync(name) ? name : undefined;
  return PATH.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Also when a run is cut short, nothing goes on listening. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts a server and waits until it answers a small request with 200; at most 30 seconds. */
export async function startServer(
  launch: (place: Place) => Launch,
  upstreamPort: number,
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'claimgen-server-'));
  // Servers that give up root must be able to read what they serve.
  await chmod(folder, 0o755);
  const place = { folder, port: await freePort(), secondPort: await freePort(), upstreamPort };
  const { files = {}, commands } = launch(place);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  let said = '';
  const children = commands.map(([program, ...args]) => {
    const child = spawn(findProgram(program) ?? program, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.on('error', (error) => {
      said += error.message;
    });
    return child;
  });
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(ended));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const probe = requestHead({ title: 'probe', path: '/', others: ['Host: localhost'] }, 100);
  let status = 0;
  for (let attempt = 0; attempt < 300 && status !== 200; attempt += 1) {
    status = await statusOf(place.port, probe);
    if (status !== 200) await sleep(100);
  }
  if (status === 200) return { port: place.port, stop };
  await stop();
  throw new Error(
    `${commands[0]?.[0]} did not answer with 200 within 30 seconds, but with ${status}: ${said}`,
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  // uWSGI reloads on SIGTERM and ends on SIGINT; the others end on either.
  child.kill('SIGINT');
  const slow = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exit;
  clearTimeout(slow);
}
