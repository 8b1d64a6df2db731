// A limit in time for work that somebody else does.
import { NativePromise } from '../native-promise.ts';

/** `what` is awaited. Rejects once `seconds` have passed, whether or not the work ever ends. */
export async function withDeadline<T>(work: () => Promise<T>, seconds: number, what = 'key set'): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new NativePromise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), Math.ceil(seconds * 1000));
  });
  try {
    return await NativePromise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
