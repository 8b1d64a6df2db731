// An application that logs users in, over HTTP, with the cookies of a browser.
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';

export const CALLBACK = 'http://localhost:3000/callback';

/** What the token endpoint answers. */
export interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly expires_in: number;
  readonly token_type: string;
  readonly error?: string;
  readonly error_description?: string;
}

/** A browser at an issuer, and the application that it shows. */
export class Application {
  readonly issuer: string;
  readonly #cookies = new Map<string, string>();
  readonly #verifier = randomBytes(32).toString('base64url');

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  /** Asks as the browser does; redirects are not followed. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, this.issuer), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects within the issuer. @returns the page that it ends at, or the URL that it leaves to */
  async follow(url: string, init: RequestInit = {}): Promise<Response | URL> {
    let response = await this.fetch(url, init);
    for (;;) {
      const location = response.headers.get('location');
      if (location === null) return response;
      const next = new URL(location, this.issuer);
      if (!next.href.startsWith(this.issuer)) return next;
      response = await this.fetch(next.href);
    }
  }

  /** Begins a login. */
  authorize(parameters: Readonly<Record<string, string>>): Promise<Response | URL> {
    return this.follow(`authorize?${new URLSearchParams(this.request(parameters))}`);
  }

  request(parameters: Readonly<Record<string, string>>): Record<string, string> {
    return {
      client_id: 'web',
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid profile email offline_access',
      state: 'state',
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    };
  }

  /** Begins a login that must end at the application. */
  async callback(parameters: Readonly<Record<string, string>>): Promise<URLSearchParams> {
    const end = await this.authorize(parameters);
    if (end instanceof URL) return end.searchParams;
    throw new Error(`the login does not end: ${end.status} ${await end.text()}`);
  }

  /** Logs in and exchanges the code. */
  async login(parameters: Readonly<Record<string, string>>): Promise<Tokens> {
    const answer = await this.callback(parameters);
    const code = answer.get('code');
    if (code === null) throw new Error(`no code: ${answer}`);
    return this.token({
      grant_type: 'authorization_code',
      client_id: parameters['client_id'] ?? 'web',
      code,
      redirect_uri: CALLBACK,
      code_verifier: this.#verifier,
    });
  }

  refresh(token: string | undefined, more: Readonly<Record<string, string>> = {}): Promise<Tokens> {
    return this.token({ grant_type: 'refresh_token', client_id: 'web', refresh_token: token ?? '', ...more });
  }

  async token(body: Readonly<Record<string, string>>): Promise<Tokens> {
    const response = await this.fetch('oauth/token', { method: 'POST', body: new URLSearchParams(body) });
    return (await response.json()) as Tokens;
  }

  get verifier(): string {
    return this.#verifier;
  }
}

/** The claims of a token, with its header. */
export function read(token: string | undefined): { header: object; payload: Record<string, unknown> } {
  if (token === undefined) throw new Error('there is no token');
  return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
}
