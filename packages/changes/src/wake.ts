/** Waiting for something to happen, for a while at most. */

/** Lets waiters go on. */
export class Wake {
  #waiting = new Set<() => void>();

  call(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const go of waiting) go();
  }

  /** Resolves at the next `call`, after `milliseconds`, or when `signal` is aborted, whichever comes first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', go);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      // Nobody has to live for a heartbeat.
      timer.unref();
      this.#waiting.add(go);
      signal?.addEventListener('abort', go);
      if (signal?.aborted) go();
    });
  }
}

/** Rejects with what `error` makes where `promise` takes longer. */
export async function within<T>(milliseconds: number, promise: Promise<T>, error: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
