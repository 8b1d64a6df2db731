// `claimgen dev` as it runs: the command, on a port that is free, until the test ends.
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { run } from '../../src/run.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

export const orders: string = 'https://orders.example';
/** An identifier that is no URI. */
export const billing: string = 'billing api';

const catalog = {
  permissions: [
    { name: 'orders:read', audience: orders },
    { name: 'orders:write', audience: orders },
    { name: 'invoices:pay', audience: billing },
  ],
  roles: {
    Clerk: [{ name: 'orders:read', audience: orders }],
    Accountant: [{ name: 'invoices:pay', audience: billing }],
  },
};

const config = {
  catalog: 'catalog.json',
  claim: 'https://acme.example/permissions',
  action: { name: 'p' },
  audiences: {
    orders: { audience: orders, globs: ['*'] },
    billing: { audience: billing, globs: ['*'], token: { profile: 'rfc9068' } },
  },
};

export const FIXTURES = `users:
  - {id: auth0|clerk, roles: [Clerk], name: Clara}
  - {id: auth0|accountant, roles: [Accountant, Clerk]}
  - {id: auth0|nobody, roles: []}
  - {id: auth0|member, roles: [Clerk], organization: {id: org_1, name: acme}}
clients:
  - {id: web, name: The shop, refreshAudiences: [billing api]}
  - {id: server, secret: s3cret, callbacks: [http://localhost:3000/callback]}
  - {id: machine, secret: s3cret, grants: {${orders}: [orders:read, orders:write]}}
`;

/** A project with users that `claimgen dev` can serve, and these members in its config. */
export function devProject(more: object = {}, files: Readonly<Record<string, string>> = {}): ProjectFolder {
  return projectFolder({
    'claimgen.config.json': JSON.stringify({ ...config, ...more }),
    'catalog.json': JSON.stringify(catalog),
    'users.yaml': FIXTURES,
    ...files,
  });
}

export interface DevProcess {
  readonly issuer: string;
  /** What was printed so far, errors included. */
  printed(): string;
  /** Waits until something was printed. */
  printedOnce(what: string | RegExp): Promise<void>;
}

/** Starts the command in a folder. */
export async function startDevProcess(
  folder: ProjectFolder,
  args: readonly string[] = [],
): Promise<DevProcess> {
  let printed = '';
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const ended = run({
    args: ['dev', '--port', '0', ...args],
    cwd: folder.path,
    version: '0.0.0-test',
    readStdin: async () => '',
    untilStopped: () => stopped,
    out: (text) => {
      printed += text;
    },
    error: (text) => {
      printed += text;
    },
  });
  onTestFinished(async () => {
    stop();
    const exitCode = await ended;
    if (exitCode !== 0) throw new Error(`claimgen dev ended with ${exitCode}: ${printed}`);
  });
  const printedOnce = async (what: string | RegExp): Promise<void> => {
    const isThere = (): boolean => (typeof what === 'string' ? printed.includes(what) : what.test(printed));
    while (!isThere()) {
      const exitCode = await Promise.race([ended, setTimeout(10, undefined)]);
      if (exitCode !== undefined) throw new Error(`claimgen dev ended with ${exitCode}: ${printed}`);
    }
  };
  await printedOnce(/Ctrl\+C|"started"/);
  const issuer = /http:\/\/localhost:\d+\//.exec(printed)?.[0];
  if (issuer === undefined) throw new Error(`no issuer is named: ${printed}`);
  return { issuer, printed: () => printed, printedOnce };
}
