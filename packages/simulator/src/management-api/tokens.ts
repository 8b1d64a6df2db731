// `/oauth/token` for the client credentials grant (RFC 6749, section 4.4), and which tokens are accepted.
import type { ApiAnswer, ApiRequest } from './answer.ts';

/** A machine that may call the Management API. */
export interface ApiClient {
  readonly id: string;
  readonly secret: string;
  readonly scopes: readonly string[];
}

interface IssuedToken {
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export interface TokenOptions {
  /** `any` accepts every id and secret, with every scope. */
  readonly clients: readonly ApiClient[] | 'any';
  /** Every scope that there is. */
  readonly everyScope: readonly string[];
  /** Seconds. */
  readonly tokenLifetime: number;
  readonly audience: () => string;
}

export class Tokens {
  readonly #options: TokenOptions;
  readonly #issued: Map<string, IssuedToken> = new Map();
  #count = 0;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  /** Makes a token: unsigned, in the form of a JWT, since clients may read its scope. */
  issue(scopes: readonly string[], now: number): string {
    this.#count++;
    const iat = Math.floor(now / 1_000);
    const exp = iat + this.#options.tokenLifetime;
    const claims = {
      aud: this.#options.audience(),
      iat,
      exp,
      scope: scopes.join(' '),
      jti: `token-${this.#count}`,
    };
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.simulated`;
    this.#issued.set(token, { scopes, expiresAt: exp * 1_000 });
    return token;
  }

  /** No token that was issued until now is accepted any longer. */
  expireAll(): void {
    this.#issued.clear();
  }

  /** What the token of a request allows: its scopes, or undefined where it isn't accepted. */
  scopesOf(
    authorization: string | undefined,
    now: number,
  ): { readonly has: (scope: string) => boolean } | undefined {
    const token = /^bearer (.+)$/iu.exec(authorization ?? '')?.[1] ?? '';
    const issued = this.#issued.get(token);
    if (issued === undefined || issued.expiresAt <= now) return undefined;
    return { has: (scope) => issued.scopes.includes(scope) };
  }

  /** Answers POST /oauth/token. */
  grant({ method, body }: ApiRequest, now: number): ApiAnswer {
    const sent = Object(body) as Readonly<Record<string, unknown>>;
    const { clients, tokenLifetime } = this.#options;
    const complete = ['grant_type', 'client_id', 'client_secret', 'audience'].every(
      (name) => typeof sent[name] === 'string',
    );
    if (method !== 'POST' || !complete || sent['grant_type'] !== 'client_credentials') return DENIED;
    const client =
      clients === 'any'
        ? { scopes: this.#options.everyScope }
        : clients.find(({ id, secret }) => id === sent['client_id'] && secret === sent['client_secret']);
    if (client === undefined) return DENIED;
    const token = this.issue(client.scopes, now);
    const scope = client.scopes.join(' ');
    return {
      status: 200,
      body: { access_token: token, token_type: 'Bearer', expires_in: tokenLifetime, scope },
    };
  }
}

const DENIED: ApiAnswer = {
  status: 401,
  body: { error: 'access_denied', error_description: 'Unauthorized' },
};
