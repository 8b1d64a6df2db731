/** The text of a response, as it comes. */
import { ChangesError } from '../errors.ts';
import { within } from '../wake.ts';

/** Throws where nothing comes for `silence` milliseconds. */
export async function* chunks(
  response: Response,
  silence: number,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  const cancel = () => {
    reader.cancel().catch(() => {});
  };
  // Node 20 forgets the signal of a fetch whose answer has begun when it collects garbage.
  signal.addEventListener('abort', cancel);
  try {
    for (;;) {
      const { done, value } = await within(silence, reader.read(), silent);
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function silent(): ChangesError {
  return new ChangesError(
    'log_unavailable',
    'the server has fallen silent',
    'Look at its log, and at the network',
  );
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
