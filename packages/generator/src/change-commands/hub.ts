// `claimgen hub`: serves a log of changes to other networks, until it is told to end.
import { once } from 'node:events';
import type { Hub, Route, TenantNames } from '@claimgen/changes';
import { type Command, defineCommand } from '../cli/command.ts';
import { checkPort } from '../cli/port.ts';
import type { Process } from '../cli/process.ts';
import { InputError, usageError } from '../errors.ts';
import { versioned } from '../format/versioned.ts';
import { listen } from '../io/http-server.ts';
import { loadProject } from '../project/project.ts';
import { LOG_OPTIONS } from './log-options.ts';
import { loadChanges, type OpenLog, openLog } from './open-log.ts';
import { tenantNames } from './tenant-names.ts';

/** The environment variable with what readers have to know; several with spaces between while one replaces another. */
const SECRET = 'CHANGES_SECRET';
const DEFAULT_PORT = 8080;

export const hub: Command = defineCommand({
  describe: 'Serve a log of changes to other networks: GET /changes, GET /health',
  options: {
    ...LOG_OPTIONS,
    config: { type: 'string', describe: 'The config file; found upward from here by default' },
    env: { type: 'string', describe: 'The environment of the config whose names receivers are given' },
    port: { type: 'number', describe: `The port, ${DEFAULT_PORT} by default; 0 for any that is free` },
    host: { type: 'string', describe: 'The address to listen at, 127.0.0.1 by default' },
    json: { type: 'boolean', describe: 'Print JSON for programs' },
  },
  examples: [
    ['$0 hub --journal changes', `the secret is in ${SECRET}`],
    ['$0 hub --changes log.js --host ::', 'in a container'],
  ],
  async run(values, _, process) {
    const { port = DEFAULT_PORT, host = '127.0.0.1', json = false } = values;
    checkPort(port, DEFAULT_PORT);
    const open = await openLog(values, process.cwd);
    try {
      const names = () =>
        tenantNames(loadProject({ cwd: process.cwd, config: values.config, env: values.env }));
      await serve(open, port, host, json, names, process);
    } finally {
      await open.close();
    }
    return { text: json ? '' : 'Ended.', json: undefined, exitCode: 0 };
  },
});

async function serve(
  open: OpenLog,
  port: number,
  host: string,
  json: boolean,
  names: () => TenantNames,
  process: Process,
): Promise<void> {
  const { toListener } = await loadChanges();
  const stop = process.stopSignal?.() ?? new AbortController().signal;
  const serving = await createHubOf(open, stop, names, process);
  try {
    const server = await listen(toListener(serving.fetch), port, host);
    const url = `${server.origin}/changes`;
    process.out(json ? `${JSON.stringify(versioned({ listening: url }))}\n` : `Listening on ${url}\n`);
    if (!stop.aborted) await once(stop, 'abort');
    server.close();
  } finally {
    serving.close();
  }
}

/** `names`: of the config, for routes that ask for them. */
async function createHubOf(
  { log, exports }: OpenLog,
  stop: AbortSignal,
  names: () => TenantNames,
  process: Process,
): Promise<Hub> {
  const { createHub } = await loadChanges();
  const secret = (process.env?.[SECRET] ?? '').split(/\s+/u).filter((value) => value !== '');
  const routes = exports['routes'];
  if (routes !== undefined && typeof routes !== 'function')
    throw usageError(
      "the module's export routes is no function",
      'Write export const routes = (log, signal, names) => [receiveLogStream({ …, names: names() })].',
    );
  try {
    return createHub({
      feed: log,
      secret,
      routes: routes === undefined ? [] : ((await routes(log, stop, names)) as readonly Route[]),
      log: (error) => process.error(`${faultOf(error)}\n`),
    });
  } catch (error) {
    // The config's faults, which are told as every command tells them.
    if (error instanceof InputError) throw error;
    if (secret.length === 0)
      throw usageError(
        `${SECRET} is not set`,
        `Set ${SECRET} in the environment, to 16 characters at least.`,
      );
    // A TypeError says in words which option can't work; anything else comes from the module, and may say anything.
    throw usageError(
      `the hub does not start: ${error instanceof TypeError ? error.message : "the module's routes failed"}`,
      `Correct ${SECRET}, or what the module's routes are given.`,
    );
  }
}

/** Anything more may hold the address of a server, with its password. */
function faultOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return `the log of changes can't be read${typeof code === 'string' ? ` (${code})` : ''}; trying again`;
}
