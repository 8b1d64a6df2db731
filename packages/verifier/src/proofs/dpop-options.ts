// The option `dpop` of createVerifier.
import type { Algorithm } from '../algorithms.ts';
import { isAlgorithm, KEY_KINDS } from '../algorithms.ts';
import { checkNumber, readOwnOptions } from '../own-options.ts';
import type { NonceSource } from './nonces.ts';
import type { ReplayMemoryOptions, ReplayStore } from './replays.ts';
import { checkReplays } from './replays.ts';

/** How proofs of DPoP (RFC 9449) are verified; for `senderConstrained: 'verify'` and `'require'`. */
export interface DpopOptions {
  /** Of proofs; told to clients in every challenge. By default ES256 only, as Auth0's clients sign them. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** Seconds since a proof was made. By default 300. */
  readonly maxAge?: number | undefined;
  /** Seconds that the clocks of clients may differ by. By default 30. */
  readonly clockTolerance?: number | undefined;
  /** By default the memory of this process. */
  readonly replays?: ReplayStore | ReplayMemoryOptions | undefined;
  /** Ask clients for a nonce of the server: what `createNonces` returns. By default not. */
  readonly nonces?: NonceSource | undefined;
}

export interface CheckedDpop {
  readonly algorithms: readonly Algorithm[];
  readonly maxAge: number;
  readonly clockTolerance: number;
  readonly replays: ReplayStore;
  readonly nonces: NonceSource | undefined;
}

const NAMES = ['algorithms', 'maxAge', 'clockTolerance', 'replays', 'nonces'] as const;

/** Throws a TypeError that says which option is wrong and how to fix it. `now` gives seconds since 1970. */
export function checkDpop(options: DpopOptions, now: () => number): CheckedDpop {
  const {
    algorithms = ['ES256'],
    maxAge = 300,
    clockTolerance = 30,
    replays,
    nonces,
  } = readOwnOptions(options, NAMES, 'dpop');
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every(isAlgorithm))
    throw new TypeError(`dpop.algorithms must be an array of ${Object.keys(KEY_KINDS).join(', ')}`);
  const { current, accepts } = Object(nonces ?? {});
  if (nonces !== undefined && (typeof current !== 'function' || typeof accepts !== 'function'))
    throw new TypeError('dpop.nonces must be what createNonces returns, or have its two methods');
  return {
    algorithms: [...algorithms],
    maxAge: checkNumber('dpop.maxAge', maxAge, { least: 1, most: 3600 }),
    clockTolerance: checkNumber('dpop.clockTolerance', clockTolerance, { least: 0, most: 300 }),
    replays: checkReplays(replays, now),
    nonces,
  };
}
