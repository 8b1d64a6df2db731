// Sends an answer over node:http, by the few methods that every version of it has, HTTP/2 included.
import type { Answer } from './answer.ts';

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(text: string): boolean;
  end(text?: string): unknown;
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
}

/** Never rejects: faults are `next`'s, or answered with 500 and printed to standard error. */
export async function answerNode(
  answering: (signal: AbortSignal) => Promise<Answer>,
  response: NodeResponse,
  next: ((error: unknown) => void) | undefined,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    await send(await answering(gone.signal), response, gone.signal);
  } catch (fault) {
    // What was sent must not pass for all of it.
    if (response.headersSent) response.destroy();
    else if (next !== undefined) next(fault);
    else {
      console.error(fault);
      response.writeHead(500, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end('{"error":"server_error"}');
    }
  }
}

async function send(
  { status, headers, body }: Answer,
  response: NodeResponse,
  gone: AbortSignal,
): Promise<void> {
  response.writeHead(status, headers);
  if (typeof body === 'string') {
    response.end(body);
    return;
  }
  for await (const text of body) {
    if (gone.aborted) return;
    // A reader that is slow is sent less often, not more at once.
    if (!response.write(text)) await drained(response, gone);
  }
  response.end();
}

function drained(response: NodeResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    gone.addEventListener('abort', () => resolve());
    if (gone.aborted) resolve();
  });
}
