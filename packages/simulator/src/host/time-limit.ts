/**
 * Awaits `run` for at most `limit` milliseconds. Code that doesn't yield can't be stopped, but is refused when it ends.
 *
 * @throws Error when the time is over, or what `run` throws.
 */
export async function withinLimit(limit: number, run: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const late = (): Error => new Error(`The execution of the trigger took longer than ${limit} ms.`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), limit);
  });
  try {
    await Promise.race([run(), expiry]);
  } finally {
    clearTimeout(timer);
  }
  if (performance.now() - started > limit) throw late();
}
