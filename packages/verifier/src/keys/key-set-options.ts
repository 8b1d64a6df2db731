// How a key set is kept: times and sizes, checked once, when the key set is made.
import type { KeySetFetchedEvent } from '../hooks.ts';
import type { NumberRange } from '../own-options.ts';
import { checkFunction, checkNumber, readOwnOptions } from '../own-options.ts';

/** How a key set that has to be fetched is kept; all in seconds but for `maxBytes` and `onFetched`. */
export interface KeySetOptions {
  /**
   * How old a key set may become before it must be fetched again, HTTP caches on its way included; from four
   * fifths of it on, that is done in the background. By default 600.
   */
  readonly maxAge?: number;
  /** How long after the last attempt an unknown `kid` may cause another. By default 30. */
  readonly cooldown?: number;
  /** How long after a failure nothing is tried. By default 10. */
  readonly failureCooldown?: number;
  /**
   * How long after `maxAge` known keys are used while the key set can't be fetched; 0 for never. By default
   * 3600.
   */
  readonly staleIfError?: number;
  /** How long one attempt may take, from the connection to the last byte. By default 5. */
  readonly deadline?: number;
  /** The longest response that is read. By default 262144. */
  readonly maxBytes?: number;
  /** Told of every attempt, for metrics. What it throws is printed, and has no effect. By default nobody. */
  readonly onFetched?: ((event: KeySetFetchedEvent) => void) | undefined;
}

type Numbers = Omit<KeySetOptions, 'onFetched'>;

export type CheckedKeySetOptions = Required<Numbers> & Pick<KeySetOptions, 'onFetched'>;

const DEFAULTS: Required<Numbers> = {
  maxAge: 600,
  cooldown: 30,
  failureCooldown: 10,
  staleIfError: 3600,
  deadline: 5,
  maxBytes: 262_144,
};

/** A millisecond to a year. */
const TIME: NumberRange = { least: 0.001, most: 31_536_000 };

const RANGES: Readonly<Record<keyof Numbers, NumberRange>> = {
  maxAge: TIME,
  cooldown: TIME,
  failureCooldown: TIME,
  staleIfError: { ...TIME, least: 0 },
  // Timers count milliseconds in 31 bits; more of them fire at once.
  deadline: { least: 0.001, most: 2_147_483 },
  maxBytes: { least: 1, most: 16_777_216, whole: true },
};

/** Throws a TypeError for a value that can't work. */
export function checkKeySetOptions(options: KeySetOptions): CheckedKeySetOptions {
  const names = Object.keys(RANGES) as (keyof Numbers)[];
  const checked = { ...DEFAULTS, ...readOwnOptions(options, [...names, 'onFetched'], 'a key set') };
  for (const name of names) checkNumber(name, checked[name], RANGES[name]);
  checkFunction('onFetched', checked.onFetched);
  return checked;
}
