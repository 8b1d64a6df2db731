import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MAX_TRIGGER_MS } from '#auth0/limits';
import { type HostFile, writeHostFile } from './host-file.ts';
import type { HostLogin, HostResult, HostSetup } from './host-job.ts';

/** The Node versions Auth0 runs Actions on, and the one running this. */
export type NodeVersion = '18' | '22' | 'current';

export interface HostJob extends HostSetup {
  readonly logins: Iterable<HostLogin> | AsyncIterable<HostLogin>;
  /** The compiled `host-process.js`; by default the one that ships with this package. */
  readonly entry?: URL;
  /** Milliseconds without a result after which the process is given up; by default the time limit and 10 s. */
  readonly patience?: number;
}

/** A host process that could not be started, or ended before it had answered. */
export class HostProcessError extends Error {
  readonly code = 'host_process';
  /** What to do about it, in the imperative. */
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostProcessError';
    this.fix = fix;
  }
}

const WITHOUT_NODE = 'leave --node out for the Node that runs claimgen.';

const run = promisify(execFile);
const binaries = new Map<NodeVersion, Promise<string>>();

/** Path of a Node binary: the npm package `node` holds real ones, and npx fetches it once. */
function nodeBinary(version: NodeVersion): Promise<string> {
  if (version === 'current') return Promise.resolve(process.execPath);
  const known = binaries.get(version);
  if (known !== undefined) return known;
  // Away from any project, whose own dependencies npx would prefer.
  const found = run('npx', ['-y', `node@${version}`, '-p', 'process.execPath'], { cwd: tmpdir() }).then(
    ({ stdout }) => stdout.trim(),
    (cause: { readonly code?: unknown; readonly stderr?: unknown }) => {
      binaries.delete(version);
      if (cause.code === 'ENOENT') {
        throw new HostProcessError('there is no npx on the PATH', `Install npm, or ${WITHOUT_NODE}`, {
          cause,
        });
      }
      throw new HostProcessError(
        `npx could not provide Node ${version}: ${reasonIn(String(cause.stderr ?? cause))}`,
        `Give npx a way to the registry, or ${WITHOUT_NODE}`,
        { cause },
      );
    },
  );
  binaries.set(version, found);
  return found;
}

/** The line of a process's complaints that says why, without its stack. */
function reasonIn(complaints: string): string {
  const lines = complaints
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const reason = lines.find((line) => /^(?:\w*Error\b.*:|npm (?:error|ERR!))/.test(line));
  return (reason ?? lines.at(-1) ?? 'it says nothing').replace(/\.$/, '');
}

// Node 22 is where Auth0 took away writing to files; its permission model does so for real.
const readOnlyFiles = ['--permission', '--allow-fs-read=*'];

/**
 * Runs an Action's logins in a process of another Node, one after another, and yields their results in order. Logins
 * are read only as fast as results are taken, so any number of them fits in memory.
 *
 * @throws HostProcessError when there is no such Node, or the process ends early or hangs; what `logins` throws.
 */
export async function* runOnNode(version: NodeVersion, job: HostJob): AsyncGenerator<HostResult> {
  // First, as npx is run in the folder for temporary files, too.
  const host = job.entry === undefined ? hostFile() : { path: fileURLToPath(job.entry), remove() {} };
  try {
    yield* runHost(await nodeBinary(version), host.path, version, job);
  } finally {
    host.remove();
  }
}

/** @throws HostProcessError where there is no room for it. */
function hostFile(): HostFile {
  try {
    return writeHostFile();
  } catch (cause) {
    const message = `the host could not be written to ${tmpdir()}: ${cause instanceof Error ? cause.message : cause}`;
    throw new HostProcessError(
      message,
      `Make room there, or name another folder in TMPDIR, or ${WITHOUT_NODE}`,
      { cause },
    );
  }
}

async function* runHost(
  binary: string,
  entry: string,
  version: NodeVersion,
  job: HostJob,
): AsyncGenerator<HostResult> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const flags = version === '22' ? readOnlyFiles : [];
  const child = spawn(binary, [...flags, entry], { env });
  const traffic: Traffic = { sent: 0, answered: 0, complaints: '' };
  child.stderr.on('data', (chunk) => {
    traffic.complaints = `${traffic.complaints}${chunk}`.slice(-4_000);
  });
  const ended = once(child, 'close').catch((error: unknown) => {
    traffic.complaints = String(error);
  });
  // A process that ends early breaks the pipe; the answers that are missing then say so.
  const fed = pipeline(Readable.from(lines(job, traffic)), child.stdin).catch(() => {});
  const watchdog = watch(child, traffic, job.patience ?? (job.options?.timeLimit ?? MAX_TRIGGER_MS) + 10_000);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      traffic.answered += 1;
      yield JSON.parse(line) as HostResult;
    }
    await Promise.all([ended, fed]);
  } finally {
    clearInterval(watchdog);
    child.kill('SIGKILL');
  }
  if (traffic.failure !== undefined) throw traffic.failure.error;
  if (child.exitCode !== 0 || traffic.answered !== traffic.sent) {
    throw new HostProcessError(
      `Node ${version} ended after ${traffic.answered} of ${traffic.sent} logins: ${reasonIn(traffic.complaints)}`,
      `Correct what it says, or ${WITHOUT_NODE}`,
    );
  }
}

interface Traffic {
  sent: number;
  answered: number;
  /** The end of what the process wrote to stderr. */
  complaints: string;
  /** What reading the logins threw. */
  failure?: { readonly error: unknown };
}

async function* lines({ code, options, logins }: HostJob, traffic: Traffic): AsyncGenerator<string> {
  yield `${JSON.stringify({ code, options })}\n`;
  try {
    for await (const login of logins) {
      traffic.sent += 1;
      yield `${JSON.stringify(login)}\n`;
    }
  } catch (error) {
    traffic.failure = { error };
  }
}

// An Action that never yields can't be stopped from inside.
function watch(child: ChildProcessWithoutNullStreams, traffic: Traffic, patience: number): NodeJS.Timeout {
  let answered = -1;
  return setInterval(() => {
    const stuck =
      traffic.answered === answered && traffic.answered < traffic.sent && child.stdout.readableLength === 0;
    if (stuck) child.kill('SIGKILL');
    answered = traffic.answered;
  }, patience);
}
