// Time as this package sees it: a clock that can be replaced, so that hours of waiting can be tested in seconds.
import { setTimeout as delay } from 'node:timers/promises';

/** Tells the time and waits. Both in milliseconds, `now` since 1970. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay of a timer (HTML, section 8.7; Node takes 1 ms for anything longer). */
const MAX_DELAY = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    const options = signal === undefined ? {} : { signal };
    await delay(Math.min(Math.max(0, ms), MAX_DELAY), undefined, options).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    });
  },
};
