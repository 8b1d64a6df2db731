// Runs the scripts of these tests as processes that reach the stand-in over HTTPS, and may be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ManagementApi } from '@claimgen/simulator/management-api/index';
import { SECRET } from './stand-in.ts';

export interface Ended {
  /** The exit code, or the signal that killed it. */
  readonly by: string;
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a script beside the tests with the environment of a command. */
export function startScript(
  script: string,
  args: readonly string[],
  { origin }: ManagementApi,
  certificate: string,
  more: Readonly<Record<string, string>> = {},
): Running {
  const { PATH } = process.env;
  const env = {
    PATH,
    NODE_EXTRA_CA_CERTS: certificate,
    AUTH0_DOMAIN: new URL(origin).host,
    AUTH0_CLIENT_ID: 'the-client',
    AUTH0_CLIENT_SECRET: SECRET,
    ...more,
  };
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ by: signal ?? String(code), output })),
  );
  return { child, ended };
}
