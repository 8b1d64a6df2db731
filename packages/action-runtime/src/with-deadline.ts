import { SourceFailure } from './source-failure.ts';

/**
 * What `work` resolves to within `ms` milliseconds; its signal is aborted then.
 * @throws SourceFailure when the time is over, or what `work` throws.
 */
export async function withDeadline<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SourceFailure(what + ' took longer than ' + ms + ' ms')), ms);
  });
  try {
    return await Promise.race([work(controller.signal), expiry]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
