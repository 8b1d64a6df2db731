/** A handler of web-standard requests as a listener of `node:http`. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

/**
 * @example
 * createServer(toListener(hub.fetch)).listen(8080);
 */
export function toListener(handler: (request: Request) => Promise<Response>): RequestListener {
  return (request, response) => {
    void respond(handler, request, response);
  };
}

async function respond(
  handler: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  try {
    const request = toRequest(incoming, gone.signal);
    const { status, headers, body } =
      request === undefined ? new Response(null, { status: 400 }) : await handler(request);
    outgoing.writeHead(status, Object.fromEntries(headers));
    if (body === null) outgoing.end();
    else {
      // The first event may come later; whoever waits for it is to know that it will.
      outgoing.flushHeaders();
      await pipeline(Readable.fromWeb(body as NodeReadableStream), outgoing);
    }
  } catch {
    // The client has gone, or the answer has begun: there is nobody to tell.
    outgoing.destroy();
  }
}

/** Undefined where the request line or a header can't be one. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  try {
    const headers = new Headers();
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value);
    }
    const { method = 'GET' } = incoming;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    return new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
      method,
      headers,
      signal,
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
    } as RequestInit);
  } catch {
    return undefined;
  }
}
