/** The body of a request or an answer as text: bounded in bytes and time. */

/** The body has more bytes than it may have. */
export class BodyTooLarge extends Error {}
/** The body did not come in time. */
export class BodyTooSlow extends Error {}

/**
 * Reads a body to its end.
 * @param limit bytes
 * @param ms milliseconds that it may take
 * @throws BodyTooLarge, BodyTooSlow; a TypeError where it is no UTF-8
 */
export async function readBody({ body }: Pick<Request, 'body'>, limit: number, ms: number): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyTooSlow()), ms);
  });
  try {
    return await Promise.race([readAll(reader, limit), late]);
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => undefined);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > limit) throw new BodyTooLarge();
    text += decoder.decode(value, { stream: true });
  }
}
