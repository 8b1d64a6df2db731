// Entry of a process that hosts one Action: runs on Node 18 and later, and needs nothing but Node.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { loginEvent } from '../event/events.ts';
import { type Action, loadAction } from './action-host.ts';
import type { HostLogin, HostResult, HostSetup } from './host-job.ts';

async function host(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  let action: Action | undefined;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (action === undefined) {
      const { code, options }: HostSetup = JSON.parse(line);
      action = loadAction(code, options);
      continue;
    }
    const login: HostLogin = JSON.parse(line);
    const event = 'event' in login ? login.event : loginEvent(login.description);
    const answer: HostResult = {
      event,
      result: await action.login(event, login.options),
      node: process.version,
    };
    // Waiting for a slow reader keeps the memory bounded.
    if (!output.write(`${JSON.stringify(answer)}\n`)) await once(output, 'drain');
  }
}

await host(process.stdin, process.stdout);
