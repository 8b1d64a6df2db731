// The commands of docs/guide/dev.md that get a token in a terminal, run as they are but for the issuer's port and the API that is called.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { devProject, FIXTURES, orders, startDevProcess } from './dev-process.ts';

const guide = readFileSync(new URL('../../../../docs/guide/dev.md', import.meta.url), 'utf8');

it('gets a token by the commands of the guide', async () => {
  const [, client = ''] = /With `(\{id: terminal.*?\})` under `clients`/.exec(guide) ?? [];
  const [, commands = ''] = /### A token in the terminal[\s\S]*?```sh\n([\s\S]*?)```/.exec(guide) ?? [];
  const { issuer } = await startDevProcess(devProject({}, { 'users.yaml': `${FIXTURES}  - ${client}\n` }));
  const script = commands
    .replace('http://localhost:4400', issuer.slice(0, -1))
    .replace(/^curl .*\/orders$/m, 'printf %s "$token"');
  const { stdout } = await promisify(execFile)('sh', ['-ec', script]);
  expect(decodeJwt(stdout)).toMatchObject({
    iss: issuer,
    sub: 'auth0|clerk',
    aud: [orders, `${issuer}userinfo`],
  });
});
