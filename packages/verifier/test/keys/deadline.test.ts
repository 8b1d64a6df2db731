// The limit in time for work that somebody else does.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDeadline } from '../../src/keys/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  [5, 5000],
  [0.0012, 2],
])('work that never ends is over after %d s, which is %d ms', async (seconds, milliseconds) => {
  let over: unknown;
  withDeadline(() => new Promise(() => {}), seconds).catch((error: unknown) => {
    over = error;
  });
  await vi.advanceTimersByTimeAsync(milliseconds - 1);
  expect(over).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toEqual(new Error(`no key set within ${seconds} s`));
});

test('the error says what was waited for', async () => {
  const late = expect(withDeadline(() => new Promise(() => {}), 1, 'answer')).rejects.toThrow(
    /^no answer within 1 s$/,
  );
  await vi.advanceTimersByTimeAsync(1000);
  await late;
});

test.each<[string, () => Promise<unknown>]>([
  ['gives', async () => 'done'],
  ['rejects', () => Promise.reject(new Error('failed'))],
  [
    'throws',
    () => {
      throw new Error('failed');
    },
  ],
])('work that %s in time does so here, and leaves no timer', async (_, work) => {
  const result = await withDeadline(work, 5).catch((error: Error) => error.message);
  expect(['done', 'failed']).toContain(result);
  expect(vi.getTimerCount()).toBe(0);
});
