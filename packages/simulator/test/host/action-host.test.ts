import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PostLoginEvent } from '#auth0/event';
import { loginEvent } from '../../src/event/events.ts';
import { type HostOptions, type LoginOptions, loadAction } from '../../src/host/action-host.ts';
import { ActionLoadError } from '../../src/host/action-module.ts';
import type { LoginResult } from '../../src/host/login-result.ts';

const event = loginEvent({ audience: 'https://orders.acme.example' });

function handler(body: string): string {
  return `exports.onExecutePostLogin = async (event, api) => {\n${body}\n};`;
}

function run(
  body: string,
  {
    on = event,
    host = {},
    login = {},
  }: { on?: PostLoginEvent; host?: HostOptions; login?: LoginOptions } = {},
): Promise<LoginResult> {
  return loadAction(handler(body), host).login(on, login);
}

describe('loading', () => {
  test('the top level runs once, at the first login', async () => {
    const action = loadAction(`
      console.log('starting');
      let logins = 0;
      ${handler('logins += 1; api.accessToken.setCustomClaim("logins", logins);')}`);
    const first = await action.login(event);
    const second = await action.login(event);
    expect(first.accessTokenClaims['logins']).toBe(1);
    expect(second.accessTokenClaims['logins']).toBe(2);
    expect([first.log, second.log]).toEqual([['starting'], []]);
    expect(first.coldStart).toBeGreaterThan(0);
    expect(second).not.toHaveProperty('coldStart');
  });

  test('a top level that throws fails every login with the same error', async () => {
    const action = loadAction(`console.log('once'); throw new Error('broken table');`);
    const results = [await action.login(event), await action.login(event)];
    expect(results.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['failed', 'broken table'],
      ['failed', 'broken table'],
    ]);
    expect(results[1]?.log).toEqual([]);
  });

  test.each([
    ['a plain function', 'exports.onExecutePostLogin = function (event, api) { return Promise.resolve(); };'],
    ['a function that merely returns a promise', 'exports.onExecutePostLogin = () => Promise.resolve();'],
    ['nothing', ''],
  ])("%s as handler fails with Auth0's words", async (_title, code) => {
    expect(await loadAction(code).login(event)).toMatchObject({
      outcome: 'failed',
      error:
        'Invalid function signature for the "onExecutePostLogin" handler. ' +
        'Use "exports.onExecutePostLogin = async function(event, api) { }" as the signature.',
    });
  });

  test('module.exports may be replaced by an object, and by nothing else', async () => {
    const good = await loadAction('module.exports = { onExecutePostLogin: async () => {} };').login(event);
    const bad = await loadAction('module.exports = async () => {};').login(event);
    expect([good.outcome, bad.error]).toEqual(['allowed', 'The Action must export an object.']);
  });

  test.each([
    ['an ES module', `import fs from 'node:fs';\n${handler('')}`],
    ['an export', 'export const onExecutePostLogin = async () => {};'],
    ['TypeScript', 'const a: string = "";'],
    ['a second console', 'const console = 1;'],
  ])('%s is refused before any login', (_title, code) => {
    expect(() => loadAction(code)).toThrow(expect.objectContaining({ code: 'action_syntax' }));
  });

  test('code beyond 100 kB is refused', () => {
    const code = handler('').padEnd(100_000, ' ');
    expect(() => loadAction(code)).not.toThrow();
    expect(() => loadAction(`${code} `)).toThrow(ActionLoadError);
    expect(() => loadAction(`${code} `, { codeBytes: 200_000 })).not.toThrow();
  });

  test("Node's modules can be required, packages not installed can't", async () => {
    const result = await run(`
      api.accessToken.setCustomClaim('hash', require('node:crypto').createHash('sha256').update('').digest('hex').length);
      require('auth0');`);
    expect(result.error).toBe("Cannot find module 'auth0'");
  });

  test('files can be read but not written', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'action-'));
    const file = JSON.stringify(join(directory, 'leak'));
    for (const write of [
      `require('fs').writeFileSync(${file}, '')`,
      `await require('node:fs').promises.writeFile(${file}, '')`,
      `await require('fs/promises').appendFile(${file}, '')`,
      `require('node:fs').createWriteStream(${file})`,
    ]) {
      expect(await run(write)).toMatchObject({
        outcome: 'failed',
        error: 'Access to this API has been restricted',
      });
    }
    expect(readdirSync(directory)).toEqual([]);
    const read = await run(
      `api.accessToken.setCustomClaim('files', require('fs').readdirSync(${JSON.stringify(directory)}))`,
    );
    expect(read.accessTokenClaims['files']).toEqual([]);
  });
});

describe('an execution', () => {
  test('denial: no claims, the first reason', async () => {
    const result = await run(`
      api.accessToken.setCustomClaim('granted', true).access.deny('no').access.deny('no again');`);
    expect(result).toMatchObject({ outcome: 'denied', denied: 'no', accessTokenClaims: {}, scope: [] });
    expect(Object.keys(result.accessTokenClaims)).toEqual([]);
  });

  test('an Action that throws fails the login and its commands are discarded', async () => {
    const result = await run(`
      api.accessToken.setCustomClaim('granted', true);
      api.access.deny('no');
      throw new TypeError('unexpected');`);
    expect(result).toMatchObject({ outcome: 'failed', error: 'unexpected' });
    expect(result).not.toHaveProperty('denied');
    expect(Object.keys(result.accessTokenClaims)).toEqual([]);
  });

  test.each([
    ['"text"', 'text'],
    ['undefined', 'undefined'],
    ['{ toString() { throw 1 } }', 'Unknown error'],
  ])('thrown %s is an error too', async (thrown, error) => {
    expect(await run(`throw ${thrown};`)).toMatchObject({ outcome: 'failed', error });
  });

  test('the time limit ends a login that waits, and refuses one that computed too long', async () => {
    const waiting = await run('await new Promise(() => {});', { host: { timeLimit: 20 } });
    const computing = await run(
      'const end = Date.now() + 40; while (Date.now() < end); api.accessToken.setCustomClaim("late", 1);',
      { host: { timeLimit: 20 } },
    );
    const error = 'The execution of the trigger took longer than 20 ms.';
    expect(waiting).toMatchObject({ outcome: 'failed', error });
    expect(computing).toMatchObject({ outcome: 'failed', error });
  });

  test('what a timed-out execution does later changes nothing', async () => {
    const action = loadAction(
      handler(`
        if (event.user.user_id === 'a') {
          await new Promise((resolve) => setTimeout(resolve, 30));
          api.cache.set('left', 'over');
        }
        api.accessToken.setCustomClaim('cached', api.cache.get('left') ?? null);`),
      { timeLimit: 15 },
    );
    const late = await action.login(loginEvent({ user: { id: 'a' } }));
    await new Promise((resolve) => setTimeout(resolve, 40));
    const next = await action.login(loginEvent({ user: { id: 'b' } }));
    expect(late).toMatchObject({ outcome: 'failed', cacheWrites: [] });
    expect(next.accessTokenClaims['cached']).toBeNull();
  });

  test('each login has an event of its own', async () => {
    const action = loadAction(
      handler(`
        api.accessToken.setCustomClaim('seen', [event.user.mark ?? null, [...event.user.app_metadata.list]]);
        event.user.mark = event.user.user_id;
        event.user.app_metadata.list.push('leaked');`),
    );
    const shared = loginEvent({ user: { appMetadata: { list: ['a'] } } });
    for (let login = 0; login < 2; login += 1) {
      expect((await action.login(shared)).accessTokenClaims['seen']).toEqual([null, ['a']]);
    }
  });

  test('hostile names in the event arrive as data', async () => {
    const appMetadata = JSON.parse('{"__proto__": {"admin": true}, "constructor": "x"}');
    const result = await run(
      `api.accessToken.setCustomClaim('own', Object.keys(event.user.app_metadata));
       api.accessToken.setCustomClaim('admin', event.user.app_metadata.admin === undefined);`,
      { on: loginEvent({ user: { appMetadata } }) },
    );
    expect(result.accessTokenClaims).toMatchObject({ own: ['__proto__', 'constructor'], admin: true });
  });

  test('output goes to the login that wrote it, and 256 characters are kept', async () => {
    const action = loadAction(
      handler(`
        console.log('hello', event.user.user_id, { a: 1 });
        await new Promise((resolve) => setTimeout(resolve, event.user.user_id === 'a' ? 8 : 2));
        console.error('x'.repeat(300));`),
    );
    const [a, b] = await Promise.all(['a', 'b'].map((id) => action.login(loginEvent({ user: { id } }))));
    expect(a?.log).toEqual(['hello a { a: 1 }', 'x'.repeat(300)]);
    expect(b?.log).toEqual(['hello b { a: 1 }', 'x'.repeat(300)]);
    expect(a?.persistedLog).toHaveLength(256);
  });

  test('members that Auth0 does not have are absent', async () => {
    const result = await run(`
      api.accessToken.setCustomClaim('absent', [api.permissions, api.accessToken.removeCustomClaim, event.accessToken,
        event.user.permissions].map((member) => typeof member));`);
    expect(result.accessTokenClaims['absent']).toEqual(Array(4).fill('undefined'));
  });

  test('transaction metadata show in the event at once, within their limits', async () => {
    const result = await run(`
      api.transaction.setMetadata('a', 'b');
      api.accessToken.setCustomClaim('metadata', event.transaction.metadata);
      for (const bad of [['k'.repeat(65), 1], ['k', {}], ['k', 2 ** 53], ['k', 'v'.repeat(9000)]]) {
        try { api.transaction.setMetadata(...bad); console.log('accepted'); } catch {}
      }`);
    expect(result.accessTokenClaims['metadata']).toEqual({ a: 'b' });
    expect(result.log).toEqual([]);
  });
});
