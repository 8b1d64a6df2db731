import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const cli = fileURLToPath(new URL('../../packages/generator/bin/claimgen.js', import.meta.url));
const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

function node(cwd: string, ...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
}

describe('the example tenant', () => {
  it('has the generated files that claimgen would write now, in each environment', () => {
    expect(node(join(examples, 'acme'), cli, 'check')).toMatch(/^ok .*orders/m);
    expect(node(join(examples, 'acme'), cli, 'check', '--env', 'prod')).toMatch(/^ok .*orders/m);
  });

  // Beside the original, where its imports resolve.
  const copy = mkdtempSync(join(examples, '.copy-'));
  afterAll(() => rmSync(copy, { recursive: true }));

  it.each([[[]], [['prod']]])('goes from the config to hasPermission(), demo.js %j', (args) => {
    cpSync(join(examples, 'acme'), copy, { recursive: true });
    const printed = node(copy, 'demo.js', ...args);
    expect(printed).toMatch(/Adam, administrator +orders +\d+ +\d+ +\d+ +400 -> fits/);
    // Doris's client refreshed once, by itself, and nothing else was refused.
    expect(printed).toMatch(/after +Doris, direct grants +\/reopen +401 stale, then 403 +403 *\n/);
    expect(printed).toMatch(/after +Adam, administrator +\/reopen +200 +200 *\n/);
    expect(printed).toMatch(/after +Doris, direct grants +\/anything +200 +200 *\n/);
    expect(printed.match(/ stale/g)).toHaveLength(1);
    expect(printed).toMatch(/claimgen: the largest line has \d+ bytes; every token fits nginx's 8192\.\n$/);
  });

  it('type-checks as an API would', () => {
    node(join(examples, 'acme'), tsc, '-p', 'tsconfig.json');
  });
});
