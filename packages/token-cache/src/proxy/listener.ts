/** A handler of small web-standard requests as a listener of `node:http`. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Bytes that are read of a body: more than any handler here accepts, so that it says so itself. */
const MAX_BODY = 16_385;
/** Milliseconds that a body may take. */
const DEADLINE = 10_000;

/**
 * @example
 * createServer(toListener(createTokenProxy({ cache }))).listen(8080);
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
  try {
    const body = await readStart(incoming);
    const request = toRequest(incoming, body);
    const answer = request === undefined ? new Response(null, { status: 400 }) : await handler(request);
    // The rest of a body that is too long is not read.
    if (body.length >= MAX_BODY) outgoing.setHeader('connection', 'close');
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(await answer.text());
  } catch {
    // The client has gone, or was too slow for the server's time limits: there is nobody to tell.
    outgoing.destroy();
  }
}

async function readStart(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  const late = setTimeout(() => incoming.destroy(), DEADLINE);
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= MAX_BODY) break;
    }
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY);
}

/** Undefined where the request line or a header can't be one. */
function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Request | undefined {
  try {
    const headers = new Headers();
    const { rawHeaders } = incoming;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2)
      headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
    const { method = 'GET' } = incoming;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    return new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
      method,
      headers,
      ...(hasBody ? { body } : {}),
    });
  } catch {
    return undefined;
  }
}
