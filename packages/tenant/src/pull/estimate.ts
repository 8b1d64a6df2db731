// How long a pull takes: its requests, at the rate that the tenant allows.

import { sustainedRate } from '../wire/rate-limit.ts';

/** Requests that are done and that there will be, as far as it is known. */
export interface Progress {
  readonly done: number;
  readonly expected: number;
  /** Requests a second that the tenant sustains; undefined where nothing is known of it. */
  readonly rate: number | undefined;
}

/**
 * Requests a second to reckon with.
 * @param limit the burst that the headers tell
 * @param chosen what the user asked for
 */
export function reckonedRate(limit: number | undefined, chosen: number | undefined): number | undefined {
  const allowed = sustainedRate(limit) ?? limit;
  if (allowed === undefined || chosen === undefined) return chosen ?? allowed;
  return Math.min(allowed, chosen);
}

/**
 * What is left, in words: "about 2 h 47 min at 2 requests/s".
 * @example
 * formatRemaining({ done: 0, expected: 20_000, rate: 2 });
 */
export function formatRemaining({ done, expected, rate }: Progress): string {
  const left = Math.max(0, expected - done);
  const requests = `${left.toLocaleString('en-US')} ${left === 1 ? 'request' : 'requests'}`;
  return rate === undefined
    ? requests
    : `${requests}, about ${formatDuration(left / rate)} at ${rate} requests/s`;
}

/** Seconds in words, two units at most: "2 h 46 min", "40 s". */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
