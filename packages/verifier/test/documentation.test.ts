import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { VerifierErrorCode } from '../src/error-codes.ts';
import { statusOf } from '../src/error-codes.ts';
import { reasonOf } from '../src/refusal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const page = read('../../docs/reference/verifier.md');

test('every file says in its first line what it is for', () => {
  expect(files.filter((file) => !/^\/\/ \S.{15,}/.test(read(`src/${file}`)))).toEqual([]);
});

/** The doc comment above each function that a module exports for others. */
function documented(path: string): Map<string, string> {
  const exported = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\nexport (?:async )?function (\w+)/g;
  return new Map(Array.from(read(path).matchAll(exported), ([, comment = '', name = '']) => [name, comment]));
}

describe('every public function has an example', () => {
  const entries = [
    'index.ts',
    'testing.ts',
    'unverified.ts',
    ...files.filter((file) => /^adapters\/\w+\.ts$/.test(file)),
  ];
  test.each(entries)('of %s', (entry) => {
    const text = read(`src/${entry}`);
    const reexported = Array.from(text.matchAll(/^export \{ (.+) \} from '\.\/(.+)';$/gm)).flatMap(
      ([, names = '', from]) =>
        names
          .split(', ')
          .map((name) => [name, documented(join('src', dirname(entry), from ?? '')).get(name)] as const),
    );
    const functions = [...reexported, ...documented(`src/${entry}`)].filter(([name]) => /^[a-z]/.test(name));
    expect(functions.length).toBeGreaterThan(0);
    expect(functions.filter(([, comment]) => !comment?.includes('@example')).map(([name]) => name)).toEqual(
      [],
    );
  });
});

describe('every code of a VerifierError', () => {
  const codes = Array.from(
    read('src/error-codes.ts').matchAll(/\/\*\*\s+(?:\* )?(\d{3}): (?:(?!\*\/)[\s\S])+\*\/\n {2}\| '(\w+)'/g),
    ([, status, code]) => [code, Number(status)] as [VerifierErrorCode, number],
  );
  test('is documented where it is declared, with its status', () => {
    expect(codes.length).toBe(read('src/error-codes.ts').match(/^ {2}\| '/gm)?.length);
    for (const [code, status] of codes) expect([code, statusOf(code)[0]]).toEqual([code, status]);
  });
  test('is on the page of the verifier, in the row of its status', () => {
    const rows = page.split('\n').filter((line) => /^\| \d{3}/.test(line));
    for (const [code, status] of codes) {
      const row = rows.find((line) => line.includes(`\`${code}\``));
      expect([code, row?.slice(2, 5)]).toEqual([code, String(status)]);
    }
  });
  test('has a reason for clients that the page explains', () => {
    const reasons = new Set(codes.filter(([, status]) => status === 401).map(([code]) => reasonOf(code)));
    for (const reason of reasons) expect(page).toContain(`\`${reason}\`: `);
  });
});

test('every option is on its page', () => {
  const options = Array.from(
    read('src/options.ts')
      .split('interface CommonOptions')[0]
      ?.matchAll(/readonly (\w+)\??:/g) ?? [],
  );
  for (const [, name] of options) expect(page).toContain(`| \`${name}\` |`);
  const keySets = Array.from(read('src/keys/key-set-options.ts').matchAll(/readonly (\w+)\?:/g));
  for (const [, name] of keySets)
    expect(read('../../docs/reference/key-sets.md')).toContain(`| \`${name}\` |`);
});
