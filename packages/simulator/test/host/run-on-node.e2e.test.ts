import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import { flows } from '../../src/event/login-description.ts';
import { loadAction } from '../../src/host/action-host.ts';
import type { HostLogin, HostResult } from '../../src/host/host-job.ts';
import type { LoginResult } from '../../src/host/login-result.ts';
import { type HostJob, type NodeVersion, runOnNode } from '../../src/host/run-on-node.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let compiled: string;
let entry: URL;
let server: Server;

// The host as another Node gets it: its package's build, and nothing beside it.
beforeAll(async () => {
  compiled = mkdtempSync(join(tmpdir(), 'host-process-'));
  for (const name of ['package.json', 'dist'])
    cpSync(join(root, name), join(compiled, name), { recursive: true });
  entry = pathToFileURL(join(compiled, 'dist/host/host-process.js'));
  server = createServer((request, response) => request.pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(compiled, { recursive: true });
});

async function results(version: NodeVersion, job: Omit<HostJob, 'entry'>): Promise<HostResult[]> {
  const all: HostResult[] = [];
  for await (const result of runOnNode(version, { ...job, entry })) all.push(result);
  return all;
}

/** What must not depend on the machine's speed. */
function timeless({ coldStart: _, elapsed: __, ...rest }: LoginResult): unknown {
  return JSON.parse(JSON.stringify(rest));
}

const code = `const { createHash } = require('node:crypto');
const started = [];
exports.onExecutePostLogin = async (event, api) => {
  started.push(event.user.user_id);
  console.log('login', started.length, event.transaction?.protocol);
  api.accessToken.setCustomClaim('https://acme.example/permissions', event.authorization?.roles ?? null);
  api.accessToken.setCustomClaim('permissions', ['all']);
  api.accessToken.addScope('orders:' + started.length);
  api.cache.set('user', createHash('sha256').update(event.user.user_id).digest('hex'), { expires_at: 4e12 });
  if (event.resource_server === undefined) api.access.deny('no API');
  const response = await fetch('https://acme.eu.auth0.com/oauth/token', { method: 'POST', body: '"sent"' });
  api.idToken.setCustomClaim('answer', await response.json());
};`;

describe.each(['18', '22', 'current'] as const)('on Node %s', (version) => {
  const options = (): { origins: Record<string, string> } => ({
    origins: { 'https://acme.eu.auth0.com': `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  });

  test('an Action does the same as in this process', async () => {
    const logins: HostLogin[] = flows.flatMap((flow) => [
      { description: { flow, user: { id: flow, roles: ['Clerk'] } } },
      { description: { flow, audience: 'https://orders.acme.example', user: { id: flow, roles: null } } },
    ]);
    const action = loadAction(code, options());
    const answers = await results(version, { code, options: options(), logins });
    expect(answers).toHaveLength(logins.length);
    for (const [index, login] of logins.entries()) {
      const event = 'event' in login ? login.event : loginEvent(login.description);
      const answer = answers[index];
      expect(answer?.event).toEqual(event);
      expect(answer && timeless(answer.result)).toEqual(timeless(await action.login(event)));
    }
    expect(answers.at(-1)?.result).toMatchObject({
      outcome: 'allowed',
      idTokenClaims: { answer: 'sent' },
    });
    if (version !== 'current') expect(answers[0]?.node.split('.')[0]).toBe(`v${version}`);
  });

  test('code that Auth0 would not take ends with the reason', async () => {
    await expect(
      results(version, { code: 'import fs from "fs";', logins: [{ description: {} }] }),
    ).rejects.toThrow(/ended after 0 of 1 logins.*Cannot use import statement/s);
  });
});

test('on Node 22 files cannot be written, whichever way', async () => {
  const file = JSON.stringify(join(compiled, 'leak'));
  const [answer] = await results('22', {
    code: `exports.onExecutePostLogin = async () => process.getBuiltinModule('fs').writeFileSync(${file}, '');`,
    logins: [{ description: {} }],
  });
  expect(answer?.result.error).toMatch(/restricted/);
});

test('many logins pass through, read no faster than they are taken', async () => {
  const total = 12_000;
  const traffic = { asked: 0, taken: 0, ahead: 0 };
  function* logins(): Generator<HostLogin> {
    for (; traffic.asked < total; traffic.asked += 1) {
      traffic.ahead = Math.max(traffic.ahead, traffic.asked - traffic.taken);
      yield { description: { user: { id: `auth0|${traffic.asked}` } } };
    }
  }
  const code = 'exports.onExecutePostLogin = async (event, api) => { console.log("x".repeat(2000)); };';
  for await (const { event } of runOnNode('current', { code, logins: logins(), entry })) {
    expect(event.user.user_id).toBe(`auth0|${traffic.taken}`);
    traffic.taken += 1;
    if (traffic.taken === 1) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(traffic.taken).toBe(total);
  // Some thousand lines wait in pipes and readers, however many there are.
  expect(traffic.ahead).toBeLessThan(6_000);
});

test('taking a few results is enough', async () => {
  const code = 'exports.onExecutePostLogin = async () => {};';
  function* endless(): Generator<HostLogin> {
    for (;;) yield { description: {} };
  }
  for await (const { result } of runOnNode('current', { code, logins: endless(), entry })) {
    expect(result.outcome).toBe('allowed');
    break;
  }
});

test('what reading the logins throws is thrown', async () => {
  const code = 'exports.onExecutePostLogin = async () => {};';
  async function* broken(): AsyncGenerator<HostLogin> {
    yield { description: {} };
    throw new RangeError('line 2 is no user');
  }
  await expect(results('current', { code, logins: broken() })).rejects.toThrow(RangeError);
});

test('an Action that never yields is given up', async () => {
  const code = 'exports.onExecutePostLogin = async () => { for (;;); };';
  const job = { code, logins: [{ description: {} }], patience: 300 };
  await expect(results('current', job)).rejects.toThrow('ended after 0 of 1 logins');
});
