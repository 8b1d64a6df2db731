/**
 * Publishes what receivers find: changes of somebody or of some names at once, changes of everything for everyone at most
 * once a minute, since each makes every user refresh. Nobody is told that it is done before it is durable.
 */
import type { ChangeLog } from '../log.ts';
import type { Change } from '../publish.ts';
import { publish } from '../publish.ts';
import { Wake } from '../wake.ts';

interface Pace {
  /** The time of the change that was published last, and when that was by a clock that never goes back. */
  at: number;
  published: number;
  waiting: { at: number; by: string | undefined; done: Promise<void> } | undefined;
}

export interface PacedPublisherOptions {
  readonly clock?: () => Date;
  /** Seconds between two changes that are as wide and of one kind, a day at most. */
  readonly pace?: number;
}

/** Seconds for which a timer waits at most, a day: one that is longer would not wait at all. */
const LONGEST = 86_400;

/** Throws a TypeError. */
export function checkSeconds(name: string, seconds: number, least: number): void {
  if (typeof seconds === 'number' && seconds >= least && seconds <= LONGEST) return;
  throw new TypeError(`${name} must be a number of seconds from ${least} to ${LONGEST}`);
}

export class PacedPublisher {
  readonly #log: Pick<ChangeLog, 'append'>;
  readonly #clock: () => Date;
  readonly #pause: number;
  readonly #paces: Map<string, Pace> = new Map();

  constructor(
    log: Pick<ChangeLog, 'append'>,
    { clock = () => new Date(), pace = 60 }: PacedPublisherOptions = {},
  ) {
    checkSeconds('pace', pace, 0);
    this.#log = log;
    this.#clock = clock;
    this.#pause = pace * 1000;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock().getTime();
  }

  /** Resolves when all of them are durable, or changes that are later and say the same. Rejects when they can't be stored. */
  async publish(changes: readonly Change[]): Promise<void> {
    const narrow = changes.filter((change) => !isWide(change));
    if (narrow.length > 0) await publish(this.#log, narrow, { clock: this.#clock });
    for (const change of changes) if (isWide(change)) await this.#publishWide(change);
  }

  async #publishWide(change: Change): Promise<void> {
    const { at = this.now(), by, ...said } = change;
    const key = JSON.stringify(said);
    const pace = this.#paces.get(key) ?? {
      at: Number.NEGATIVE_INFINITY,
      published: Number.NEGATIVE_INFINITY,
      waiting: undefined,
    };
    this.#paces.set(key, pace);
    if (at <= pace.at) return;
    if (pace.waiting !== undefined) {
      if (at > pace.waiting.at) Object.assign(pace.waiting, { at, by });
      return pace.waiting.done;
    }
    const left = pace.published + this.#pause - performance.now();
    const waiting = { at, by, done: Promise.resolve() };
    pace.waiting = waiting;
    waiting.done = (async () => {
      if (left > 0) await new Wake().wait(left);
      pace.waiting = undefined;
      await publish(
        this.#log,
        { ...said, at: waiting.at, ...(waiting.by !== undefined && { by: waiting.by }) },
        { clock: this.#clock },
      );
      pace.at = Math.max(pace.at, waiting.at);
      pace.published = performance.now();
    })();
    return waiting.done;
  }
}

function isWide({ sub, org, lost, gained, out }: Change): boolean {
  return sub === undefined && org === undefined && (out === true || lost === '*' || gained === '*');
}
