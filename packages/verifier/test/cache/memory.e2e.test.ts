import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Measured {
  readonly bound: number;
  readonly results: Readonly<Record<string, { readonly bytes: number; readonly count: number }>>;
}

test('a full cache takes no more of the heap than its bound, whatever is in the payloads', () => {
  const script = fileURLToPath(new URL('./memory.js', import.meta.url));
  const built = new URL('../../dist', import.meta.url).href;
  const printed = execFileSync(process.execPath, ['--expose-gc', script, built], { encoding: 'utf8' });
  const { bound, results } = JSON.parse(printed) as Measured;
  expect(Object.keys(results).length).toBeGreaterThanOrEqual(30);
  // What V8 holds besides, such as compiled code, comes and goes.
  const NOISE = 0.1;
  const over = Object.entries(results).filter(([, { bytes }]) => bytes > bound * (1 + NOISE));
  expect(over).toEqual([]);
  // And it is no cache of nothing.
  for (const [kind, { count }] of Object.entries(results)) expect([kind, count > 2]).toEqual([kind, true]);
});
