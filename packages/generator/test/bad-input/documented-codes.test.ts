import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The members of a union of strings, as its declaration lists them. */
function unionIn(source: string, name: string): string[] {
  const [, body = ''] = new RegExp(`type ${name} =([^;]*);`).exec(source) ?? [];
  return [...body.matchAll(/'([a-z_0-9]+)'/g)].map(([, member = '']) => member);
}

/** The codes in the first column of a page's tables. */
function codesIn(page: string): string[] {
  return [...page.matchAll(/^\| ((?:`[a-z_0-9]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_0-9]+)`/g)].map(([, code = '']) => code),
  );
}

describe('the documentation', () => {
  it('lists every code that a problem can have', () => {
    const codes = ['ProblemCode', 'TenantProblemCode'].flatMap((name) =>
      unionIn(read('src/errors.ts'), name),
    );
    expect(codes.length).toBeGreaterThan(12);
    expect(codesIn(read('../../docs/reference/errors.md')).sort()).toEqual(codes.sort());
  });

  it('lists every lint', () => {
    const codes = unionIn(read('src/lint-code.ts'), 'LintCode');
    expect(codes.length).toBeGreaterThan(12);
    expect([...new Set(codesIn(read('../../docs/reference/lints.md')))].sort()).toEqual(codes.sort());
  });
});
