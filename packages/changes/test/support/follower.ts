/** What a verifier knows of a feed: the real table, followed as a verifier does. */
import type { ChangeFeed } from '@claimgen/verifier/changes';
import { FeedState } from '../../../verifier/src/changes/feed-state.ts';
import { follow } from '../../../verifier/src/changes/follow.ts';
import { Judge } from '../../../verifier/src/changes/judge.ts';
import { ChangeTable } from '../../../verifier/src/changes/table.ts';

export class Follower {
  readonly table: ChangeTable = new ChangeTable({ audience: 'orders', names: { has: () => true } });
  readonly state: FeedState;
  readonly errors: unknown[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(feed: ChangeFeed, maxStaleness = 30_000) {
    this.state = new FeedState(this.table, maxStaleness);
    this.#done = follow(feed, this.state, {
      monotonic: () => performance.now(),
      wall: () => Date.now(),
      signal: this.#stop.signal,
      onFrame: () => {},
      onError: (error) => this.errors.push(error),
    });
  }

  /** Whether a token of an hour ago needs a refresh for a name that it holds. */
  isStale(sub: string, name = 'orders:refund'): boolean {
    const token = { sub, org: undefined, machine: false, asOf: Date.now() - 3_600_000 };
    return new Judge(this.table, token, 20_000).staleness(name, true) !== undefined;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

export async function until(isDone: () => boolean | Promise<boolean>, milliseconds = 30_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error(`it did not come to that within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
