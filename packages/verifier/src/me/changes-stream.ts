// What `GET /me/changes` sends: the user's permissions as server-sent events, at once and whenever they change.
import type { Access } from '../access.ts';
import { internalsOf } from '../access.ts';
import { ownPermissions } from './own-permissions.ts';

/** Milliseconds after which something is sent, so that a connection that is cut is noticed at both ends. */
const HEARTBEAT = 15_000;
/** Milliseconds within which all streams look at a change: ten thousand at once would hold up every request. */
const SPREAD = 250;

/**
 * Ends when the token is no longer good: whoever asks again is told why. With an access that no verifier with `changes`
 * made there is nothing to follow: undefined.
 */
export function changesStream(
  access: Access,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> | undefined {
  const { freshness, source } = internalsOf(access) ?? {};
  if (freshness === undefined || source === undefined) return undefined;
  const left = () => (access.claims.exp + source.clockTolerance - source.now()) * 1000;
  return stream(
    access,
    (listener) => freshness.subscribe(listener),
    left,
    () => freshness.refusal() === undefined,
    signal,
  );
}

async function* stream(
  access: Access,
  subscribe: (listener: () => void) => () => void,
  left: () => number,
  isGood: () => boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const pause = new Pause();
  const stop = subscribe(() => pause.call());
  const abort = () => pause.call();
  signal.addEventListener('abort', abort);
  try {
    let sent: string | undefined;
    // Written so that a clock that fails (NaN) ends it.
    while (!signal.aborted && left() > 0 && isGood()) {
      const now = JSON.stringify(ownPermissions(access));
      yield now === sent ? ':\n\n' : `data: ${now}\n\n`;
      sent = now;
      if (await pause.wait(Math.min(HEARTBEAT, Math.max(left(), 1000))))
        await pause.after(Math.random() * SPREAD);
    }
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}

/** Waiting for a call, which counts also while nobody waits. */
class Pause {
  #isCalled = false;
  #go = (): void => {};

  call(): void {
    this.#isCalled = true;
    this.#go();
  }

  /** Whether it was called, within so many milliseconds. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.#isCalled) await this.after(milliseconds, true);
    const wasCalled = this.#isCalled;
    this.#isCalled = false;
    return wasCalled;
  }

  after(milliseconds: number, untilCalled: boolean = false): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#go = () => {};
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      // A process that has nothing else to do may end.
      if (typeof timer === 'object') timer.unref();
      if (untilCalled) this.#go = go;
    });
  }
}
