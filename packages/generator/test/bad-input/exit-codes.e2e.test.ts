import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputClosed } from '../../src/cli/process.ts';
import { run } from '../../src/run.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';
import { CATALOG, CONFIG } from './refusal.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 30);
const bin = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));

const FILES = { 'claimgen.config.yaml': CONFIG, 'catalog.json': CATALOG };

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a line of bash, in which "$0" is the command. */
function bash(
  line: string,
  { path }: ProjectFolder,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-o', 'pipefail', '-c', line, bin],
      { cwd: path, env: { ...process.env, ...env }, maxBuffer: 1 << 26 },
      (failure, out, error) =>
        resolve({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error }),
    );
  });
}

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

/** A config that is code. */
const CODE =
  "export default { catalog: 'catalog.json', claim: 'pz', audiences: { orders: { audience: 'https://o', globs: ['*'] } } };\n";

describe('an exit code', () => {
  it('is that of the check where the config ends the process once the run is over', async () => {
    const folder = projectFolder({
      'catalog.json': CATALOG,
      'claimgen.config.mjs': `${CODE}process.once('beforeExit', () => process.exit(0));\n`,
    });
    expect((await bash('"$0" check', folder)).code).toBe(1);
    expect((await bash('"$0" build', folder)).code).toBe(0);
    expect((await bash('"$0" check', folder)).code).toBe(0);
  });

  it.each(['process.exit(0);', 'process.exit(1);', 'process.exitCode = 0; process.exit();'])(
    'is 2 where the config ends the process before the run is over: %s',
    async (statement) => {
      const folder = projectFolder({ 'catalog.json': CATALOG, 'claimgen.config.mjs': CODE });
      expect((await bash('"$0" build', folder)).code).toBe(0);
      expect((await bash('"$0" check', folder)).code).toBe(0);
      folder.write({ 'claimgen.config.mjs': `${CODE}${statement}\n` });
      const ended = await bash('"$0" check', folder);
      expect([ended.code, ended.error]).toEqual([2, expect.stringMatching(/^the process was ended before/)]);
    },
  );

  it('is 74 where standard output can not be written', async () => {
    expect(await bash('"$0" build > /dev/full', projectFolder(FILES))).toEqual({
      code: 74,
      out: '',
      error: "standard output can't be written: the disk is full\n",
    });
  });

  it('is the check’s own where nobody reads the output, and 141 where a run has not ended', async () => {
    const folder = projectFolder(FILES);
    expect(await bash('"$0" check | true', folder)).toMatchObject({ code: 1, error: '' });
    await bash('"$0" build', folder);
    expect(await bash('"$0" check | true', folder)).toMatchObject({ code: 0, error: '' });
    folder.write({
      'users.ndjson': Array.from(
        { length: 3000 },
        (_, id) => `{"id":"auth0|${id}","roles":["Clerk"]}\n`,
      ).join(''),
    });
    expect(await bash('"$0" simulate --users users.ndjson | head -n 1', folder)).toMatchObject({
      code: 141,
      error: '',
    });
  });

  it('is 2 where a list of users can not be written', async () => {
    const folder = projectFolder({
      ...FILES,
      'claimgen.config.yaml': CONFIG.replace('claim:', 'budget: { bytes: 300 }\nclaim:'),
    });
    const { code, out, error } = await bash('"$0" population --model 5 --over-budget-file /dev/full', folder);
    expect([code, out, error]).toEqual([
      2,
      '',
      "/dev/full: the file can't be written: the disk is full\n  Free the path or some space, or name another file.\n",
    ]);
  });

  it('is 2 where standard input can not be read', async () => {
    const { path } = projectFolder(FILES);
    let error = '';
    const code = await run({
      args: ['inspect'],
      cwd: path,
      version: '0',
      readStdin: () => Promise.reject(Object.assign(new Error('read'), { code: 'EISDIR' })),
      out: () => undefined,
      error: (text) => {
        error += text;
      },
    });
    expect([code, error]).toEqual([
      2,
      "standard input can't be read: there is a folder in its place\n  Pipe the text in, or redirect a file: < token.txt\n",
    ]);
  });

  it('is 70 for what is no problem of the input, with the stack where it is asked for, and without a token', async () => {
    const { path } = projectFolder(FILES);
    const broken = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      let out = '';
      let error = '';
      const code = await run({
        args,
        cwd: path,
        version: '0',
        env,
        readStdin: () => Promise.reject(new TypeError(`no text: ${TOKEN}`)),
        out: (text) => {
          out += text;
        },
        error: (text) => {
          error += text;
        },
      });
      return { code, out, error };
    };
    const plain = await broken(['inspect']);
    expect([plain.code, plain.out]).toEqual([70, '']);
    expect(plain.error).not.toContain(TOKEN);
    expect(plain.error).toMatch(
      /^claimgen has failed, and this is a bug in it: TypeError: .*\n {2}Please report it with the command line, the version \(claimgen --version\) and the stack, which CLAIMGEN_DEBUG=1 prints\.\n$/,
    );
    expect((await broken(['inspect'], { CLAIMGEN_DEBUG: '1' })).error).toMatch(/\n {4}at .*readStdin/);
    const json = await broken(['inspect', '--json=true']);
    expect([json.code, json.error]).toEqual([70, '']);
    expect(JSON.parse(json.out).problems).toMatchObject([{ code: 'internal' }]);
  });

  it('is 70 for an error that nobody waits for', async () => {
    const folder = projectFolder({
      ...FILES,
      'late.mjs': "process.once('beforeExit', () => { throw new TypeError('late'); });",
    });
    const { code, error } = await bash('node --import ./late.mjs "$0" --version', folder);
    expect(code).toBe(70);
    expect(error).toContain('this is a bug in it: TypeError: late');
  });

  it('is 141 where the reader of a run’s lines has gone', async () => {
    const { path } = projectFolder(FILES);
    const out = (): never => {
      throw new OutputClosed();
    };
    const process = {
      args: ['build'],
      cwd: path,
      version: '0',
      readStdin: async () => '',
      out,
      error: () => undefined,
    };
    expect(await run(process)).toBe(141);
  });
});

describe('--json', () => {
  it.each([
    ['--json', true],
    ['--json=true', true],
    ['--json true', true],
    ['--json --json=false', false],
    ['--json=false', false],
    ['--json=false --json', true],
    ['--', false],
    ['-- --json', false],
  ])('as in %j decides for results and for problems alike', async (args, isJson) => {
    const folder = projectFolder(FILES);
    const good = await folder.claimgen(`explain orders:read ${args.startsWith('-- ') ? '' : args}`);
    expect(good.out.startsWith('{')).toBe(isJson);
    const bad = await folder.claimgen(`explain ${args} nothing`);
    expect(bad.exitCode).toBe(2);
    expect(bad.out.startsWith('{')).toBe(isJson);
    expect(bad.error === '').toBe(isJson);
  });
});

describe('inspect', () => {
  it('reads standard input with a dash and without', async () => {
    const folder = projectFolder(FILES);
    const stdin = `${TOKEN}\n`;
    const { exitCode, out } = await folder.claimgen('inspect', { stdin });
    expect(exitCode).toBe(0);
    expect(out).toContain('claim "sub": "a"');
    expect((await folder.claimgen('inspect -', { stdin })).out).toBe(out);
  });
});

describe('any command line', () => {
  const words = fc.constantFrom(
    ...[
      'build',
      'check',
      'inspect',
      'explain',
      'rebase',
      'population',
      'completion',
      'help',
      'buidl',
      '',
      '-',
      '--',
      '-h',
      '-x',
    ],
    ...[
      '--json',
      '--json=',
      '--json=no',
      '--why',
      '--strict=1',
      '--no-why',
      '--base',
      '--base=',
      '--config',
      'claimgen.config.yaml',
    ],
    ...[
      '--config.a=1',
      '--env',
      'prod',
      '--out',
      'made',
      '--model',
      '7',
      '-7',
      '1e400',
      'NaN',
      '--seed',
      '--over-budget-file',
      '--users',
      '--help',
      '--version',
    ],
    ...[
      '--audiences',
      '--permission',
      'orders:read',
      'orders',
      '--activate',
      '--prune',
      '__proto__',
      '--__proto__',
      '--constructor',
      TOKEN,
    ],
    ...[
      '--junit',
      '--roles-per-user',
      '--base',
      '\u001b[2J',
      'ä',
      '--allowOverBudget',
      '--flow',
      '--fault',
      'a=b',
      '=',
      '--=',
    ],
  );

  it('ends with an exit code of ours, a fix for every problem, and never repeats a token', async () => {
    const folder = projectFolder(FILES);
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 5 }), async (args) => {
        let out = '';
        let error = '';
        const code = await run({
          args,
          cwd: folder.path,
          version: '0',
          readStdin: async () => TOKEN,
          out: (text) => {
            out += text;
          },
          error: (text) => {
            error += text;
          },
        });
        expect([0, 1, 2], `${args.join(' ')}\n${error}`).toContain(code);
        expect(out + error).not.toContain(TOKEN);
        expect(error).not.toMatch(/non-option|mutually|Unknown|Invalid|\0|\[object |undefined/);
        if (error !== '') expect(error).toMatch(/^[^ \n].*\n {2}[^ ].*\n/);
      }),
      { numRuns: runs },
    );
    expect(folder.read('catalog.json')).toBe(CATALOG);
  });
});
