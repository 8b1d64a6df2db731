// Bodies of requests: forms, and JSON where Auth0 reads it, as parameters. And the way back: a form that the provider reads.
import type { IncomingMessage } from 'node:http';

/** A body that can't be read: what is wrong with it, in a sentence without a full stop. */
export class BodyError extends Error {}

/** Bytes; the longest code and verifier need less than one thousand. */
const MAX_BODY = 57_344;

/**
 * Reads a form or JSON.
 * @throws BodyError
 */
export async function readBody(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const text = await readText(request);
  if (type === 'application/json') return jsonParameters(text);
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(text);
  if (text === '') return new URLSearchParams();
  throw new BodyError('the body must be application/x-www-form-urlencoded or application/json');
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY) throw new BodyError(`the body has more than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonParameters(text: string): URLSearchParams {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BodyError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BodyError('the body must be a JSON object');
  const parameters = new URLSearchParams();
  for (const [name, member] of Object.entries(value)) {
    // Auth0's SDKs write null for what is left out.
    if (member === null) continue;
    if (typeof member !== 'string')
      throw new BodyError(`the value of ${JSON.stringify(name)} must be a string`);
    parameters.append(name, member);
  }
  return parameters;
}

/** Puts a form in place of a body that was read. */
export function replaceBody(request: IncomingMessage, parameters: URLSearchParams): void {
  const body = Buffer.from(parameters.toString());
  request.headers['content-type'] = 'application/x-www-form-urlencoded';
  request.headers['content-length'] = String(body.length);
  delete request.headers['transfer-encoding'];
  async function* chunks(): AsyncGenerator<Buffer> {
    yield body;
  }
  Object.defineProperties(request, { readable: { value: true }, iterator: { value: chunks } });
}
