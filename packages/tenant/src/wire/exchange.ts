// One request and its whole answer. The body is read here, so that a connection which ends halfway is a failed attempt like any
// other, and a page of HTML from a proxy is never taken for data (the client of npm auth0 would hand it out as a result).
import { TenantError } from '../errors.ts';

/** The function that sends a request: the global `fetch`, or one that stands in for it. */
export type Transport = (request: Request) => Promise<Response>;

/** The answer's body, read and known to be JSON or empty where the status is a success. */
export async function exchange(
  transport: Transport,
  request: Request,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const limits = [AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])];
  const response = await transport(new Request(request, { signal: AbortSignal.any(limits) }));
  const text = await response.text();
  if (response.ok && text !== '' && !isJson(text)) {
    throw new TenantError(
      'answer_invalid',
      `${describe(request)}: the answer is not JSON`,
      'Is AUTH0_DOMAIN the domain of an Auth0 tenant, and no proxy in between?',
      response.status,
    );
  }
  // Encoding and length were those of the body on its way.
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const hasBody = response.status !== 204 && response.status !== 205 && response.status !== 304;
  return new Response(hasBody ? text : null, { status: response.status, headers });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A request as messages name it: its method and path. The query may hold what users typed, headers hold the token. */
export function describe(request: { readonly method: string; readonly url: string }): string {
  return `${request.method} ${new URL(request.url).pathname}`;
}
