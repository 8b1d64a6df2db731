// The one way through which requests leave: a few at a time, and none while the tenant asks for a pause.
import PQueue from 'p-queue';
import type { Clock } from '../clock.ts';
import { TenantError } from '../errors.ts';

/** Requests under way at once. More would only be refused sooner. */
const CONCURRENCY = 2;

export interface GateOptions {
  readonly clock: Clock;
  /** At most so many requests a second; without it, as fast as the tenant's headers allow. */
  readonly requestsPerSecond?: number | undefined;
  /** The clock's time at which everything must be done. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each pause, in milliseconds; where one is made longer, of what was added. */
  readonly onWait?: ((ms: number) => void) | undefined;
}

/** Lets requests pass. A pause holds back those that wait as well as those that want to repeat. */
export class Gate {
  readonly #queue: PQueue = new PQueue({ concurrency: CONCURRENCY });
  readonly #options: GateOptions;
  /** No request starts before this time. */
  #heldUntil = 0;
  /** When the next request may start by `requestsPerSecond`. */
  #nextStart = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Runs a task when its turn comes. It may wait further by {@link pass}. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.add(task);
  }

  /** Holds every request back for `ms` from now on; a longer pause that is under way stays. */
  hold(ms: number): void {
    const now = this.#options.clock.now();
    const longer = now + ms - Math.max(now, this.#heldUntil);
    if (longer <= 0) return;
    this.#heldUntil = now + ms;
    this.#options.onWait?.(longer);
  }

  /**
   * Resolves when a request may start.
   * @throws TenantError `deadline_exceeded`, before waiting for what can't come in time; `interrupted`
   */
  async pass(): Promise<void> {
    const { clock, requestsPerSecond, signal } = this.#options;
    for (;;) {
      this.assertOpen();
      const now = clock.now();
      const start = Math.max(this.#heldUntil, requestsPerSecond === undefined ? 0 : this.#nextStart);
      if (start <= now) break;
      this.#assertInTime(start);
      // An abort is told by assertOpen, in our words.
      await clock.sleep(start - now, signal).catch(() => undefined);
    }
    if (requestsPerSecond !== undefined) {
      this.#nextStart = Math.max(this.#nextStart, clock.now()) + 1_000 / requestsPerSecond;
    }
  }

  /** Milliseconds left for a request, at most `limit`. */
  timeLeft(limit: number): number {
    const { clock, deadline } = this.#options;
    return deadline === undefined ? limit : Math.min(limit, Math.max(0, deadline - clock.now()));
  }

  /** @throws TenantError `deadline_exceeded`, `interrupted` */
  assertOpen(): void {
    if (this.#options.signal?.aborted === true) {
      throw new TenantError('interrupted', 'interrupted', 'Run the command again; what is done stays done.');
    }
    this.#assertInTime(this.#options.clock.now());
  }

  #assertInTime(time: number): void {
    const { deadline } = this.#options;
    if (deadline === undefined || time < deadline) return;
    throw new TenantError(
      'deadline_exceeded',
      'the time limit ends before the tenant lets the next request through',
      'Run the command again with a longer --timeout; finished parts are not read twice.',
    );
  }
}
