// What to do with a token while it is not known what has changed.
import type { FeedStatus } from './feed-state.ts';

/**
 * `deny`: nobody passes (503). `refresh`: tokens older than `maxAge` are stale (401), each user at a time of their own.
 * `allow`: the changes that are known count.
 */
export type StalePolicy = 'deny' | 'refresh' | 'allow';

export interface Gate {
  readonly policy: StalePolicy;
  /** Milliseconds, for `refresh`. */
  readonly maxAge: number;
  /** Milliseconds that clocks may differ by. */
  readonly tolerance: number;
}

/** `unavailable`: 503; `old`: 401, refresh at once. */
export type GateAnswer = 'pass' | 'unavailable' | 'old';

/** `lag`: ms since the last frame; `now`: ms since 1970. */
export function pass(
  { policy, maxAge, tolerance }: Gate,
  feed: { readonly status: FeedStatus; readonly lag: number | undefined },
  token: { readonly sub: string; readonly asOf: number },
  now: number,
): GateAnswer {
  if (feed.status === 'live') return 'pass';
  // Without a first frame no policy can keep what it promises.
  if (feed.status === 'starting' || feed.lag === undefined || policy === 'deny') return 'unavailable';
  if (policy === 'allow') return 'pass';
  const isOld = !(now - token.asOf <= maxAge + tolerance);
  return isOld && !(feed.lag <= spread(token.sub) * maxAge) ? 'old' : 'pass';
}

/** From 0 to 1, the same for a user at every verifier: FNV-1a, so that not all refresh in the same second. */
export function spread(sub: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sub.length; i += 1) hash = Math.imul(hash ^ sub.charCodeAt(i), 0x01000193);
  // The low bits of a short text are spread best by one more round.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}
