// `claimgen gateway`: answers a proxy's questions for APIs in other languages, until it is told to end.
import { once } from 'node:events';
import type { ChangesOptions, VerifierError } from '@claimgen/verifier';
import type { Gateway } from '@claimgen/verifier/gateway';
import { LOG_OPTIONS, type LogValues } from '../change-commands/log-options.ts';
import { openLog } from '../change-commands/open-log.ts';
import { type Command, defineCommand } from '../cli/command.ts';
import { checkPort } from '../cli/port.ts';
import type { Process } from '../cli/process.ts';
import { InputError } from '../errors.ts';
import { versioned } from '../format/versioned.ts';
import { type GatewayFile, gatewayProblem, readGatewayFile } from '../gateway/gateway-file.ts';
import { listen } from '../io/http-server.ts';

const DEFAULT_PORT = 4180;

export const gateway: Command = defineCommand({
  describe: 'Answer a proxy for APIs in other languages: who may pass, and with which permissions',
  options: {
    ...LOG_OPTIONS,
    file: { type: 'string', describe: 'Issuer, APIs and routes; gateway.yaml by default' },
    port: { type: 'number', describe: `The port, ${DEFAULT_PORT} by default; 0 for any that is free` },
    host: { type: 'string', describe: 'The address to listen at, 127.0.0.1 by default' },
    log: { type: 'boolean', describe: 'Say on standard error why requests are refused' },
    json: { type: 'boolean', describe: 'Print JSON for programs' },
  },
  examples: [
    ['$0 gateway', 'with the routes of gateway.yaml'],
    ['$0 gateway --journal changes', 'changes count at once'],
  ],
  async run(values, _, process) {
    const { file = 'gateway.yaml', port = DEFAULT_PORT, host = '127.0.0.1', json = false } = values;
    checkPort(port, DEFAULT_PORT);
    const config = readGatewayFile(file, process.cwd);
    const stop = process.stopSignal?.() ?? new AbortController().signal;
    const changes = await openChanges(values, stop, process);
    try {
      const log =
        values.log === true ? (error: VerifierError) => process.error(`${lineOf(error)}\n`) : undefined;
      const server = await listen(
        (await createGatewayOf(config, changes?.options, log)).listener,
        port,
        host,
      );
      process.out(
        json
          ? `${JSON.stringify(versioned({ listening: server.origin }))}\n`
          : `Listening on ${server.origin}\n`,
      );
      if (!stop.aborted) await once(stop, 'abort');
      server.close();
    } finally {
      await changes?.close();
    }
    return { text: json ? '' : 'Ended.', json: undefined, exitCode: 0 };
  },
});

async function createGatewayOf(
  { source, issuer, apis, routes, proxy, permissions }: GatewayFile,
  changes: ChangesOptions | undefined,
  log: ((error: VerifierError) => void) | undefined,
): Promise<Gateway> {
  const [{ createVerifier }, { createGateway }] = await Promise.all([
    import('@claimgen/verifier'),
    import('@claimgen/verifier/gateway'),
  ]);
  try {
    const verifiers = Object.fromEntries(
      [...apis].map(([key, { layout, audience }]) => [
        key,
        createVerifier({ issuer, layout, audience, changes }),
      ]),
    );
    return createGateway({
      verifiers,
      ...(routes !== undefined && { routes }),
      ...(proxy !== undefined && { proxy }),
      ...(permissions !== undefined && { permissions }),
      ...(log !== undefined && { log }),
    });
  } catch (error) {
    // It says in words which option can't work.
    if (error instanceof TypeError) throw new InputError([gatewayProblem(source, [], error.message)]);
    throw error;
  }
}

/** Where changes of permissions are read: while nobody knows, nobody passes. */
async function openChanges(
  values: LogValues,
  signal: AbortSignal,
  process: Process,
): Promise<{ readonly options: ChangesOptions; close(): Promise<void> } | undefined> {
  if ((values.journal ?? '') === '' && (values.changes ?? '') === '') return undefined;
  const open = await openLog(values, process.cwd);
  return { options: { feed: open.log, onStale: 'deny', signal }, close: () => open.close() };
}

/** Nothing of the token or the request is in it. */
function lineOf({ status, code, message, required }: VerifierError): string {
  return [`${status} ${code}: ${message}`, ...(required.length > 0 ? [`(${required.join(' ')})`] : [])].join(
    ' ',
  );
}
