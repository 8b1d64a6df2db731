// Keeps a table in step with a feed: the one place of this folder that waits.
import type { FeedState } from './feed-state.ts';
import type { ChangeFeed } from './frame.ts';

export interface FollowOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly signal: AbortSignal;
  /** Called after every frame. */
  readonly onFrame: () => void;
  /** Called when the feed fails; it is asked again after a pause. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between attempts; each is half to all of it. */
const FIRST_PAUSE = 250;
const LAST_PAUSE = 5000;

/** Reads until `signal` is aborted. Never rejects. */
export async function follow(feed: ChangeFeed, state: FeedState, options: FollowOptions): Promise<void> {
  const { signal, onFrame, onError } = options;
  let pause = FIRST_PAUSE;
  const onRead = () => {
    pause = FIRST_PAUSE;
    onFrame();
  };
  while (!signal.aborted) {
    try {
      await readOn(feed, state, { ...options, onFrame: onRead });
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await sleep(pause * (0.5 + Math.random() / 2), signal);
    pause = Math.min(2 * pause, LAST_PAUSE);
  }
}

/** Reads until the feed ends, or what came can't be relied on. */
async function readOn(feed: ChangeFeed, state: FeedState, options: FollowOptions): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  options.signal.addEventListener('abort', abort);
  try {
    for await (const frame of feed.read(state.position, stop.signal)) {
      if (stop.signal.aborted) return;
      const received = state.receive(frame, options.monotonic(), options.wall());
      if (received !== 'read') throw new Error(`the feed sent ${REASONS[received]}`);
      options.onFrame();
    }
  } finally {
    options.signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

const REASONS = {
  unreadable: 'something that is no frame',
  gap: 'a frame that does not follow the last one',
} as const;

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    // A process that has nothing else to do may end.
    if (typeof timer === 'object') timer.unref();
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
