import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { codeSpan, sentence } from '../../src/format/markdown.ts';
import { oneLine, visibleText } from '../../src/format/visible-text.ts';
import { run } from '../../src/run.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';
import { hostileTexts } from './names.ts';

// A run is dozens of commands.
const runs = Math.min(40, Math.ceil(Number(process.env['CLAIMGEN_RUNS'] ?? 24) / 4));

/** Whatever some terminal, log viewer or reader of lines ends a line at. */
const BREAKS = [
  '\n',
  '\r',
  '\r\n',
  '\u000b',
  '\u000c',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u001b[2K\u001b[1G',
  '\n\n  ',
  '\b\b\b',
];

/** What a line would say if it could begin with it. */
const COMMANDS = [
  'FORGED ok',
  '::error file=src/a.js,line=1::FORGED',
  '::stop-commands::x',
  '::add-mask::a',
  '##[error]FORGED',
  '##vso[task.setvariable variable=x]y',
  "##teamcity[message text='x']",
  '# FORGED',
  '- [ ] FORGED',
  '| FORGED | x |',
  '<img src=https://evil.example/x>',
  '[FORGED](https://evil.example/)',
  '![x](//evil.example/)',
  'https://evil.example/FORGED',
  '```\n# FORGED',
  '</summary><script>alert(1)</script>',
  ']]><failure/>',
  '\u001b]0;FORGED\u0007',
  '\u202eFORGED\u2066',
  '@everyone',
];

const text: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...BREAKS,
      ...COMMANDS,
      ...hostileTexts.filter(({ length }) => length < 60),
      'x',
      ' ',
      '\\',
      '"',
      '|',
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''))
  // auth0-deploy-cli's keywords are a matter of their own.
  .map((joined) => joined.replace(/##\w+##|@@\w+@@/g, 'k'));

/** Foreign text is on its line, says nothing to a terminal and commands nobody; what is printed as a line of ours may be long. */
function expectHarmless(printed: string): void {
  expect(printed).not.toMatch(/(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(printed).not.toMatch(/##\w*\[/);
  for (const line of printed.split('\n')) expect(line).not.toMatch(/^\s*::|^(?:FORGED|#|\||```|@|>)/);
}

interface Printed {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

async function claimgen(
  { path }: ProjectFolder,
  args: readonly string[],
  { stdin = '', env = {} }: { stdin?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Printed> {
  let out = '';
  let error = '';
  const exitCode = await run({
    args,
    cwd: path,
    version: '0',
    env,
    readStdin: async () => stdin,
    out: (printed) => {
      out += printed;
    },
    error: (printed) => {
      error += printed;
    },
  });
  return { exitCode, out, error };
}

// The config has no white space around a value.
const apiOf = (name: string): string => `https://a.example/${name}/`;
const claimOf = (name: string): string => `https://c.example/${name}/`;

/** A project in which everything that can be named is named by the text. */
function hostileProject(name: string): ProjectFolder {
  const scope = (prefix: string) => `${prefix}${name.replace(/\s/gu, '_')}`.slice(0, 270);
  const fileName = name.replace(/[/\0\p{Cs}]/gu, '_').slice(0, 60);
  const audience = apiOf(name);
  return projectFolder({
    'claimgen.config.json': JSON.stringify({
      catalog: 'tenant',
      claim: claimOf(name),
      action: { name: 'p' },
      budget: { bytes: 1100 },
      token: { sample: 'sample.json' },
      audiences: {
        a: {
          audience,
          encoding: 'names',
          onOverflow: 'deny',
          prefixes: [scope('a:'), scope('b:')],
          exact: [scope('c:')],
          globs: ['*'],
        },
        b: { audience: 'https://b.example', from: { [audience]: 'x/' } },
      },
    }).replace('"onOverflow":"deny",', ''),
    'sample.json': JSON.stringify({ [`s${name}`]: name, [name]: 1 }),
    [`tenant/resource-servers/${fileName}.json`]: JSON.stringify({
      name,
      identifier: audience,
      enforce_policies: false,
      scopes: ['a:', 'b:', 'c:', 'd:'].map((prefix) => ({ value: scope(prefix), description: name })),
    }),
    'tenant/resource-servers/b.json': JSON.stringify({
      name: 'b',
      identifier: 'https://b.example',
      scopes: [],
    }),
    [`tenant/roles/${fileName}.json`]: JSON.stringify({
      name: `r${name}`,
      description: name,
      permissions: [
        { permission_name: scope('a:'), resource_server_identifier: audience },
        { permission_name: `gone${name}`, resource_server_identifier: audience },
      ],
    }),
    [`tenant/grants/${fileName}.json`]: JSON.stringify({ client_id: name, audience, scope: [scope('a:')] }),
    'users.ndjson': `${JSON.stringify({ user_id: `auth0|${name}`, roles: [`r${name}`, name] })}\n`,
    'broken.ndjson': `${name}\n`,
    'broken.json': `{"catalog": ${name}`,
    'broken.yaml': `catalog: ${name}\n${name}`,
    [`dir/${fileName}.yaml`]: 'x: 1',
  });
}

function tokenOf(name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: name, kid: name })}.${part({ [name]: name, aud: apiOf(name), [claimOf(name)]: [name] })}.c2ln`;
}

function commandsOf(name: string): string[][] {
  const argument = name.replace(/\0/g, '');
  return [
    ['build', '--why'],
    ['build', '--allow-over-budget'],
    ['build', '--env', argument],
    ['build', '--config', 'broken.json'],
    ['build', '--config', 'broken.yaml'],
    ['build', '--config', `none${argument}`],
    // Two dashes by themselves end the options: --json behind them would be a word.
    ['build', `--${argument || 'x'}`],
    [`x${argument}`],
    ['inspect', argument],
    ['explain', `a:${argument.replace(/\s/gu, '_')}`.slice(0, 272)],
    ['explain', `none${argument}`],
    ['rebase'],
    ['rebase', `none${argument}`],
    ['simulate', '--audience', 'a'],
    ['simulate', '--audience', argument],
    ['simulate', '--users', 'users.ndjson'],
    ['simulate', '--users', 'broken.ndjson'],
    ['simulate', '--user', argument],
    ['simulate', '--fault', argument],
    ['simulate', '--flow', argument],
    ['population', '--model', '3'],
    ['population', '--users', 'users.ndjson', '--over-budget-file', 'over.ndjson'],
    ['population', '--users', 'broken.ndjson'],
    ['population', '--users', `none${argument}`],
    ['population', '--base', `none${argument}`],
    ['check', '--why', '--strict'],
    ['check', '--base', `none${argument}`],
  ];
}

describe('foreign text', () => {
  it('begins no line and commands nobody, in whatever a command prints', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const folder = hostileProject(name);
        for (const args of [...commandsOf(name), ['check', '--why']]) {
          const { out, error, exitCode } = await claimgen(folder, args);
          expect([0, 1, 2]).toContain(exitCode);
          expectHarmless(out);
          expectHarmless(error);
        }
        const inspected = await claimgen(folder, ['inspect', '-'], { stdin: tokenOf(name) });
        expectHarmless(inspected.out + inspected.error);
      }),
      { numRuns: runs },
    );
  });

  it('is the same text in JSON, which is harmless where a log shows it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const folder = hostileProject(name);
        for (const args of commandsOf(name)) {
          const { out, error, exitCode } = await claimgen(folder, [...args, '--json']);
          expectHarmless(out);
          if (exitCode !== 2 && args.join(' ').startsWith('simulate --users'))
            for (const line of out.trim().split('\n')) JSON.parse(line);
          else JSON.parse(out);
          expect(error).toBe('');
        }
        const { out } = await claimgen(folder, ['inspect', '-', '--json'], { stdin: tokenOf(name) });
        expect(new Map(Object.entries(JSON.parse(out).payload)).get(name)).toBe(name);
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });

  it('is one message in an annotation, a Markdown summary and a JUnit report', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const folder = hostileProject(name);
        const summary = join(folder.path, 'summary.md');
        const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder.path, GITHUB_STEP_SUMMARY: summary };
        for (const args of [
          ['check', '--strict'],
          ['check', '--base', `none${name.replace(/\0/g, '')}`],
          ['check', '--config', 'broken.yaml'],
        ]) {
          const { out, error } = await claimgen(folder, [...args, '--junit', 'junit.xml'], { env });
          expectHarmless(out);
          const annotations = error.split('\n').filter((line) => line.startsWith('::'));
          expect(annotations.length).toBeGreaterThan(0);
          for (const line of annotations)
            expect(line).toMatch(
              /^::(?:error|warning) (?:file=[^,:]*,)?(?:line=\d+,)?title=claimgen%3A [a-z_]+::/,
            );
          expectHarmless(
            error
              .split('\n')
              .filter((line) => !line.startsWith('::'))
              .join('\n'),
          );
          const xml = folder.read('junit.xml');
          expectHarmless(xml);
          const [first] = new XMLParser({ ignoreAttributes: false, isArray: () => true }).parse(
            xml,
          ).testsuites;
          expect(Object.keys(first.testsuite[0]).filter((key) => !key.startsWith('@_'))).toEqual([
            'testcase',
          ]);
        }
        expectInert(readFileSync(summary, 'utf8'), ['details', '/details', 'summary']);
      }),
      { numRuns: runs },
    );
  });

  it('is read in report.md as it is, and makes nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const folder = hostileProject(name);
        await claimgen(folder, ['build', '--allow-over-budget']);
        const report = folder.read('claimgen/report.md');
        expectInert(report, []);
        expect(textOf(report)).toContain(oneLine(apiOf(name)).replace(/\s+/g, ' ').trim());
      }),
      { numRuns: runs },
    );
  });
});

/** Markdown without links, images, headings or elements that are not ours; and no line of it says anything to a log. */
function expectInert(markdown: string, elements: readonly string[]): void {
  expect(markdown).not.toMatch(/(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(markdown).not.toMatch(/##\w*\[|^\s*::|<img|<script|\]\(/m);
  const lexer = marked.lexer(markdown, { gfm: true });
  marked.walkTokens(lexer, (token) => {
    expect(['link', 'image', 'def', 'blockquote', 'strong', 'em', 'del', 'checkbox']).not.toContain(
      token.type === 'strong' && /^(?:failed:|over by |[a-z_]+:?$)/.test(token.text) ? '' : token.type,
    );
    if (token.type === 'heading') expect(token.text).not.toContain('FORGED');
    if (token.type === 'html') {
      for (const [, element = ''] of token.raw.matchAll(/<([^\s>]+)/g))
        expect(['code', '/code', ...elements]).toContain(element);
    }
  });
}

function textOf(markdown: string): string {
  const html = marked.parse(markdown, { async: false, gfm: true });
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  const plain = html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name = '') =>
      code === undefined ? (named[name] ?? whole) : String.fromCharCode(Number(code)),
    );
  return plain.replace(/\s+/g, ' ');
}

describe('a name in Markdown', () => {
  it('is a code span, and where it has backticks, pipes, elements or links a code element', () => {
    expect(codeSpan('https://a.example/_x_*')).toBe('`https://a.example/_x_*`');
    expect(codeSpan('a|b')).toBe('<code>a&#124;b</code>');
    expect(codeSpan('`')).toBe('<code>&#96;</code>');
    expect(codeSpan('a\nb')).toBe('`a\\nb`');
  });

  it('is a code span within a sentence, quoted or where a word could be read otherwise', () => {
    expect(sentence('the role "Clerk & Co" of https://a.example/: has (org_id) no 12%')).toBe(
      'the role `Clerk & Co` of `https://a.example/`: has (`org_id`) no 12%',
    );
    expect(sentence("Auth0's own claim, 1,099 bytes.")).toBe("Auth0's own claim, 1,099 bytes.");
  });

  it('is shown as it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), fc.boolean(), (name, inTable) => {
        const markdown = inTable ? `| a |\n| --- |\n| ${codeSpan(name)} |\n` : `- x ${codeSpan(name)}\n`;
        expect(textOf(markdown).trim()).toBe(
          `${inTable ? 'a' : 'x'} ${oneLine(name)}`.replace(/\s+/g, ' ').trim(),
        );
      }),
      { numRuns: runs * 20 },
    );
  });

  it('makes nothing of a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (name) => {
        expectInert(`- ${sentence(`${name} is "${name}"`)}\n\n| a |\n| --- |\n| ${sentence(name)} |\n`, []);
      }),
      { numRuns: runs * 20 },
    );
  });
});

describe('what is printed', () => {
  it('has our own line ends and tabs, and no command', () => {
    expect(visibleText('a\tb\n  ::error::x\r\n')).toBe('a\tb\n  \\u003a:error::x\\r\n');
    expect(visibleText('x ##vso[a] ##[b] [####..] ### c')).toBe(
      'x \\u0023#vso[a] \\u0023#[b] [####..] ### c',
    );
  });

  it('is JSON that means the same', () => {
    fc.assert(
      fc.property(text, (name) => {
        const json = JSON.stringify({ [name]: [name] }, null, 2);
        expect(JSON.parse(visibleText(json))).toEqual(JSON.parse(json));
      }),
      { numRuns: runs * 20 },
    );
  });

  it('reaches a real pipe so', () => {
    const folder = hostileProject('x\n::error::FORGED');
    const bin = new URL('../../bin/claimgen.js', import.meta.url).pathname;
    const out = execFileSync('node', [bin, 'build', '--allow-over-budget'], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    expectHarmless(out);
    expect(out).toContain('x\\n::error::FORGED');
  });
});
