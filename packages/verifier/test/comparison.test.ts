import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = new URL('../../../docs/explanation/comparison.md', import.meta.url);
const rows = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => /^\| \w/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every row says yes, and names the test that holds it, or says why not', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const [, what = '', ours = '', , , , , , , held = ''] of rows) {
    const path = /\]\((.+)\)/.exec(held)?.[1];
    const answer =
      path === undefined ? /^no: .{15,}/.test(ours) : ours === 'yes' && existsSync(new URL(path, page));
    expect([what, answer]).toEqual([what, true]);
  }
});
