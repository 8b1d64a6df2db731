// No secret and no token is in any output, error, crash or file but the token cache, whatever goes wrong.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fault, ManagementApi, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { desired } from './actions.ts';
import { makeCertificate } from './certificate.ts';
import { startScript } from './processes.ts';
import { SECRET } from './stand-in.ts';
import { tenantOf } from './tenants.ts';

vi.setConfig({ testTimeout: 600_000 });

const ALWAYS = { times: Number.POSITIVE_INFINITY };
const ACTION_SECRET = 'the-secret-of-the-action-itself';

const CASES: readonly (readonly [string, readonly Fault[]])[] = [
  ['nothing', []],
  [
    'a refused secret',
    [{ ...ALWAYS, on: '* /oauth', status: 401, body: { error_description: `bad ${SECRET}` } }],
  ],
  [
    'an error that quotes what was sent',
    [{ ...ALWAYS, on: 'POST /api/v2', status: 400, body: { message: 'invalid' } }],
  ],
  ['no access', [{ ...ALWAYS, on: '* /api/v2', status: 403 }]],
  ['a token that is no longer accepted', [{ ...ALWAYS, on: '* /api/v2', status: 401 }]],
  ['a page of HTML', [{ ...ALWAYS, on: '* /api/v2', body: '<html></html>' }]],
  ['cut connections', [{ ...ALWAYS, on: 'POST /api/v2', cut: 'before' }]],
  ['JSON of another form', [{ ...ALWAYS, on: '* /api/v2', body: { ok: false } }]],
];

/** Every file below a folder. */
function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it.each(CASES)('with %s', async (_, faults) => {
  const { key, cert, file } = makeCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [work, cache] = [join(folder, 'work'), join(folder, 'cache')];
  mkdirSync(work);
  const action = join(work, 'action.json');
  // The values come from the environment in a command; the file stands for it here.
  writeFileSync(action, JSON.stringify(desired(1, { secrets: [{ name: 'KEY', value: ACTION_SECRET }] })));
  const tokens: string[] = [];
  const outputs: string[] = [];
  const scripts: readonly (readonly [string, readonly string[]])[] = [
    ['deploy/deploy-process.js', [action, cache]],
    ['pull/pull-process.js', [join(work, 'catalog.json')]],
  ];
  for (const [script, args] of scripts) {
    const api = new ManagementApi({
      tenant: tenantOf({ apis: 1, scopes: 2, roles: 2, permissions: 2 }),
      faults,
    });
    const issue = api.tokens.issue.bind(api.tokens);
    api.tokens.issue = (scopes, now) => {
      const token = issue(scopes, now);
      tokens.push(token);
      return token;
    };
    const served = await serveManagementApi(api, { tls: { key, cert } });
    // As talkative as Node and its HTTP client get.
    const { output } = await startScript(script, args, api, file, {
      NODE_OPTIONS: '--trace-uncaught',
      NODE_DEBUG: 'fetch',
    }).ended;
    outputs.push(output);
    await served.close();
  }
  rmSync(action);
  const secrets = [SECRET, ACTION_SECRET, ...tokens];
  const found = [...outputs, ...filesOf(work).map((name) => readFileSync(name, 'utf8'))];
  for (const text of found) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  for (const name of filesOf(cache)) expect(readFileSync(name, 'utf8')).not.toContain(SECRET);
});
