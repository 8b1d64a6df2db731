// A tenant's HTTP API in place of the global fetch: the Action asks a domain over TLS, which no test has.
import { onTestFinished, vi } from 'vitest';

export const DOMAIN = 'acme.eu.auth0.com';
export const SECRETS: Readonly<Record<string, string>> = { ID: 'client-1', SECRET: 'do-not-tell' };
export const TOKEN_REQUEST = `POST https://${DOMAIN}/oauth/token`;

type Answer = Response | Promise<Response>;

export interface TenantAnswers {
  /** The answer to the nth request for a token, from 1. */
  readonly token?: (nth: number) => Answer;
  /** The answer to the nth request for permissions, from 1, made with this token. */
  readonly page?: (nth: number, url: URL, token: string) => Answer;
}

export interface Sent {
  /** Method and URL of each request, in order. */
  readonly requests: string[];
  /** What the requests for permissions were authorized with. */
  readonly authorizations: string[];
  /** Content type and body of the requests for a token. */
  readonly credentials: (readonly [string | null, unknown])[];
}

export const grant = (token: string, more: object = {}): Response =>
  Response.json({ access_token: token, expires_in: 86_400, ...more });

export const permissions = (names: readonly string[], next?: unknown): Response =>
  Response.json({ permissions: names.map((permission_name) => ({ permission_name })), next });

/** No answer, ever. */
export const silence = (): Promise<Response> => new Promise(() => undefined);

/** Answers for the tenant until the test is over. */
export function answerAsTenant({
  token = (nth) => grant(`token-${nth}`),
  page = () => permissions([]),
}: TenantAnswers = {}): Sent {
  const sent: Sent = { requests: [], authorizations: [], credentials: [] };
  vi.stubGlobal('fetch', async (to: string, init: RequestInit) => {
    const request = new Request(to, init);
    request.signal.throwIfAborted();
    sent.requests.push(`${request.method} ${to}`);
    if (to === `https://${DOMAIN}/oauth/token`) {
      const nth = sent.credentials.push([request.headers.get('content-type'), await request.json()]);
      return token(nth);
    }
    const authorization = request.headers.get('authorization') ?? '';
    const nth = sent.authorizations.push(authorization);
    return untilAborted(request.signal, page(nth, new URL(to), authorization.replace('Bearer ', '')));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return sent;
}

/** An answer, unless it is given up before. */
function untilAborted(signal: AbortSignal, answer: Answer): Promise<Response> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return Promise.race([answer, aborted]);
}

/** Makes every random part of a delay this part of the most that it can be. */
export function fixRandom(value: number): void {
  const random = vi.spyOn(Math, 'random').mockReturnValue(value);
  onTestFinished(() => random.mockRestore());
}
