// A tenant on loopback over HTTPS, a project that goes with it, and the command run in it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ManagementApi,
  type ManagementApiOptions,
  type ServedApi,
  serveManagementApi,
} from '@claimgen/simulator/management-api/index';
import { expect, onTestFinished, vi } from 'vitest';
import { openApiChecker } from '../../../simulator/test/management-api/openapi.ts';
import { type Certificate, makeCertificate } from '../../../tenant/test/certificate.ts';
import { fastClock, SECRET } from '../../../tenant/test/stand-in.ts';
import { identifierOf, tenantOf } from '../../../tenant/test/tenants.ts';
import type { Prompter } from '../../src/io/prompter.ts';
import { run } from '../../src/run.ts';
import { assertOutput } from '../json-output.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

export interface Finished {
  readonly exitCode: number | string;
  readonly out: string;
  readonly error: string;
}

export interface World {
  readonly api: ManagementApi;
  readonly served: ServedApi;
  readonly certificate: Certificate;
  readonly project: ProjectFolder;
  /** Where tokens are cached. */
  readonly cache: string;
  /** Every request so far, as `METHOD path`. */
  readonly requests: string[];
  /** Runs the command here, with a clock that is faster. */
  claimgen(args: string | readonly string[], more?: RunOptions): Promise<Finished>;
  /**
   * Runs the program itself.
   * @param prefix what runs it, such as setpriv with its options
   */
  start(args: readonly string[], env?: Readonly<Record<string, string>>, prefix?: readonly string[]): Running;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly prompter?: Prompter;
  /** Milliseconds of the machine that one attempt of a request may take. */
  readonly attemptTimeout?: number;
}

export interface Running {
  kill(): void;
  readonly ended: Promise<Finished>;
}

export const CLAIM = 'https://acme.example/p';

export function configOf(domain: string, more = ''): string {
  return `catalog: catalog.json
claim: ${CLAIM}
audiences:
  first:
    audience: ${identifierOf(0)}
    globs: ["*"]
${more}environments:
  prod: { domain: "${domain}" }
`;
}

const check = openApiChecker();

let shared: Certificate | undefined;

/** One certificate for all tests of a file. */
function certificateOnce(): Certificate {
  shared ??= makeCertificate((remove) => process.once('exit', remove));
  return shared;
}

export type WorldOptions = ManagementApiOptions & { readonly speed?: number };

/** A tenant of two APIs and three roles, and a config of the first. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { speed = 500, ...apiOptions } = options;
  const certificate = certificateOnce();
  const clock = fastClock(speed);
  const tenant = tenantOf({ apis: 2, scopes: 3, roles: 3, permissions: 3 });
  const api = new ManagementApi({ tenant, now: clock.now, ...apiOptions });
  const served = await serveManagementApi(api, {
    tls: { key: certificate.key, cert: certificate.cert },
    real: (ms) => ms / speed,
  });
  onTestFinished(() => served.close());
  const requests: string[] = [];
  const problems = new Set<string>();
  api.onExchange = (exchange) => {
    requests.push(`${exchange.request.method} ${exchange.request.path}`);
    for (const problem of check?.(exchange) ?? []) problems.add(problem);
  };
  onTestFinished(() => expect([...problems]).toEqual([]));
  // The program itself trusts the certificate by NODE_EXTRA_CA_CERTS, which a process reads as it starts.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const home = temporaryFolder();
  const project = projectFolder({ 'claimgen.config.yaml': configOf(served.domain) });
  const cache = join(home, 'claimgen', 'tokens');
  const env = {
    AUTH0_DOMAIN: served.domain,
    AUTH0_CLIENT_ID: 'the-client',
    AUTH0_CLIENT_SECRET: SECRET,
    XDG_CACHE_HOME: home,
    HOME: home,
  };
  return {
    api,
    served,
    certificate,
    project,
    cache,
    requests,
    claimgen: (args, more = {}) =>
      runHere(typeof args === 'string' ? args.split(' ') : args, project.path, clock, {
        ...more,
        env: { ...env, ...more.env },
      }),
    start: (args, more = {}, prefix = []) =>
      startProgram([...prefix, process.execPath, PROGRAM, ...args], project.path, {
        ...env,
        NODE_EXTRA_CA_CERTS: certificate.file,
        ...more,
      }),
  };
}

export function temporaryFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'claimgen-home-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(path, { recursive: true });
  return path;
}

async function runHere(
  args: readonly string[],
  cwd: string,
  clock: ReturnType<typeof fastClock>,
  { env, stdin = '', prompter, attemptTimeout }: RunOptions,
): Promise<Finished> {
  let out = '';
  let error = '';
  const exitCode = await run({
    args,
    cwd,
    version: '0.0.0-test',
    clock,
    attemptTimeout,
    ...(env === undefined ? {} : { env }),
    ...(prompter === undefined ? {} : { prompter }),
    readStdin: async () => stdin,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  const [command = ''] = args;
  if (args.includes('--json')) {
    const printed = JSON.parse(out) as object;
    assertOutput('problems' in printed ? 'problems' : command, printed);
  }
  return { exitCode, out, error };
}

export const PROGRAM = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));

function startProgram(
  [file = '', ...args]: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>>,
): Running {
  const { PATH = '' } = process.env;
  const child = spawn(file, args, {
    cwd,
    env: { PATH, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  return {
    kill: () => child.kill('SIGKILL'),
    ended: new Promise((resolve) =>
      child.on('close', (code, signal) => resolve({ exitCode: signal ?? code ?? -1, out, error })),
    ),
  };
}

/** Every file below a folder, with its text. */
export function filesIn(folder: string): ReadonlyMap<string, string> {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return new Map();
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [path, readFileSync(path, 'utf8')];
      }),
  );
}
