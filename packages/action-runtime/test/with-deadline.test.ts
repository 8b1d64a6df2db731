import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceFailure } from '../src/source-failure.ts';
import { withDeadline } from '../src/with-deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('work with a deadline', () => {
  it('that is done in time gives its result, and leaves no timer behind', async () => {
    let seen: AbortSignal | undefined;
    const result = await withDeadline(1_000, 'the work', async (signal) => {
      seen = signal;
      await vi.advanceTimersByTimeAsync(999);
      return signal.aborted;
    });
    expect(result).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    expect(seen?.aborted).toBe(true);
  });

  it('that is not done in time fails, and is told to stop', async () => {
    let seen: AbortSignal | undefined;
    const result = withDeadline(1_000, 'the work', (signal) => {
      seen = signal;
      return never;
    });
    const failure = expect(result).rejects.toThrow(new SourceFailure('the work took longer than 1000 ms'));
    await vi.advanceTimersByTimeAsync(999);
    expect(seen?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
    expect(seen?.aborted).toBe(true);
  });

  it('that fails fails as it does, and leaves no timer behind', async () => {
    const error = new TypeError('no');
    await expect(withDeadline(1_000, 'the work', () => Promise.reject(error))).rejects.toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });
});
