import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS, PROGRAM_EXAMPLES } from '../../src/commands/program.ts';
import { paint, wantsColor } from '../../src/format/paint.ts';
import { run } from '../../src/run.ts';
import { projectFolder } from '../project-folder.ts';

const bin = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));

const FILES = {
  'catalog.json': JSON.stringify({
    permissions: Array.from({ length: 300 }, (_, index) => `orders:${index}`),
    roles: { Clerk: ['orders:1'] },
  }),
  'claimgen.config.json': JSON.stringify({
    catalog: 'catalog.json',
    claim: 'https://acme.example/permissions',
    budget: { bytes: 700, target: 'nginx', roles: 2 },
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
  }),
};

async function outputOf(args: readonly string[], colors: boolean, cwd: string): Promise<string> {
  let out = '';
  await run({
    args,
    cwd,
    version: '0',
    colors,
    readStdin: async () => '',
    out: (text) => {
      out += text;
    },
    error: () => undefined,
  });
  return out;
}

describe('what a terminal shows', () => {
  it.each([
    ['build', '--why', '--allow-over-budget'],
    ['check', '--why'],
    ['population', '--model', '200'],
    ['--help'],
    ...[...COMMANDS.keys()].map((command) => [command, '--help']),
  ])('fits 80 columns: %s %s', async (...args) => {
    const { path } = projectFolder(FILES);
    const lines = (
      await outputOf(
        args.filter((arg) => arg !== undefined),
        true,
        path,
      )
    ).split('\n');
    // A failure has one line, however long, for programs that look for it.
    const long = lines
      .map(stripVTControlCharacters)
      .filter((line) => line.length > 80 && !line.startsWith('FAILED '));
    expect(long).toEqual([]);
  });

  it('has color only where it is asked for, and says the same without', async () => {
    const { path } = projectFolder(FILES);
    for (const args of [['check'], ['build', '--allow-over-budget']]) {
      const plain = await outputOf(args, false, path);
      const colored = await outputOf(args, true, path);
      expect(plain).toBe(stripVTControlCharacters(plain));
      expect(colored).not.toBe(plain);
      expect(stripVTControlCharacters(colored)).toBe(plain);
    }
    expect(JSON.parse(await outputOf(['check', '--json'], true, path)).fits).toBe(false);
  });

  it('takes NO_COLOR, a dumb terminal and a pipe for a no', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColor({}, {})).toBe(false);
  });

  it('paints verdicts alone, not what names say', () => {
    expect(paint('ok    orders  at most 5 of 6 bytes')).toBe(
      '\u001b[32mok\u001b[39m    orders  at most 5 of 6 bytes',
    );
    const names = '    + FAILED thing\n  prefix ok: OVER BY\n';
    expect(paint(names)).toBe(names);
  });

  it('shows no progress where nobody watches', () => {
    const { path } = projectFolder(FILES);
    const output = execFileSync(
      'bash',
      ['-c', `node "$0" population --model 3000 2>&1 >/dev/null || true`, bin],
      { cwd: path },
    );
    expect(output.toString()).toBe('');
  });
});

describe('help', () => {
  it.each(['', ...COMMANDS.keys()])('%s has examples', async (command) => {
    const { examples = PROGRAM_EXAMPLES } = (await COMMANDS.get(command)?.()) ?? {};
    const help = await outputOf(command === '' ? ['--help'] : [command, '--help'], false, '/');
    expect(examples.length).toBeGreaterThan(0);
    // Long ones are wrapped in their column.
    const words = help.replace(/\s+/g, ' ');
    for (const [line] of examples) {
      const [first, ...rest] = line.replaceAll('$0', 'claimgen').split(' ');
      for (const word of [first ?? '', ...rest]) expect(words).toContain(word);
    }
  });

  it('completes commands and options in bash', () => {
    const script = `
      claimgen() { node "$BIN" "$@"; }
      source <(claimgen completion)
      complete() { COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _claimgen_yargs_completions; echo "\${COMPREPLY[@]}"; }
      complete claimgen pop
      complete claimgen check --ba
    `;
    const out = execFileSync('bash', ['-c', script], {
      cwd: dirname(bin),
      env: { ...process.env, BIN: bin },
      encoding: 'utf8',
    });
    expect(out).toBe('population\n--base\n');
  });
});
