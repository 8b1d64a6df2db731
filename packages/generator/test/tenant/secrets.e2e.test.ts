// No secret and no token is in any output, error, crash or file of any command but the token cache, whatever goes wrong.
import type { Fault } from '@claimgen/simulator/management-api/index';
import { describe, expect, it, vi } from 'vitest';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { filesIn, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

const ALWAYS = { times: Number.POSITIVE_INFINITY };
const ACTION_SECRET = 'the-secret-of-the-action-itself';
const USER_TOKEN = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"auth0|secret-user"}').toString('base64url')}.c2lnbmF0dXJl`;

const CASES: readonly (readonly [string, readonly Fault[]])[] = [
  ['nothing', []],
  [
    'a refused secret',
    [{ ...ALWAYS, on: '* /oauth', status: 401, body: { error_description: `bad ${SECRET}` } }],
  ],
  [
    'an error that quotes what was sent',
    [{ ...ALWAYS, on: 'POST /api/v2/actions', status: 400, body: { message: ACTION_SECRET } }],
  ],
  ['no access', [{ ...ALWAYS, on: '* /api/v2', status: 403 }]],
  ['a token that is no longer accepted', [{ ...ALWAYS, on: '* /api/v2', status: 401 }]],
  ['JSON of another form', [{ ...ALWAYS, on: '* /api/v2', body: { ok: false } }]],
];

const COMMANDS: readonly (readonly string[])[] = [
  ['pull'],
  ['pull', '--check'],
  ['pull', '--users', 'users.ndjson'],
  ['deploy', '--yes'],
  ['deploy', '--yes', '--json'],
  ['deploy', '--dry-run'],
  ['doctor'],
  ['doctor', '--json'],
  ['revoke', 'auth0|1', '--yes'],
];

describe('no secret is told', () => {
  it.each(CASES)('with %s', async (_, faults) => {
    const world = await startWorld({ speed: 1 });
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace(
          'audiences:\n',
          `action: { source: [roles, { managementApi: { domain: "${world.served.domain}" } }] }\naudiences:\n`,
        ),
    });
    for (const command of ['pull', 'build'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    world.api.tokens.expireAll();
    world.api.fail(faults);
    const outputs: string[] = [];
    for (const args of COMMANDS) {
      // As talkative as Node and its HTTP client get.
      const { out, error } = await world.start(args, {
        NODE_OPTIONS: '--trace-uncaught',
        NODE_DEBUG: 'fetch',
        CLAIMGEN_DEBUG: '1',
        CLAIMGEN_CLIENT_ID: 'the-id',
        CLAIMGEN_CLIENT_SECRET: ACTION_SECRET,
      }).ended;

      outputs.push(out + error);
    }
    const asked = await world.claimgen('doctor --token', { stdin: USER_TOKEN });
    outputs.push(asked.out + asked.error);
    for (const text of [...outputs, ...filesIn(world.project.path).values()]) {
      for (const secret of [SECRET, ACTION_SECRET, '.simulated', USER_TOKEN, 'secret-user'])
        expect(text.includes(secret), text.slice(0, 2_000)).toBe(false);
    }
    for (const text of filesIn(world.cache).values()) expect(text).not.toContain(SECRET);
  });
});
