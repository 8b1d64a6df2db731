// The logins that were run: the grants that they belong to, and the last of them for the page.
import { randomUUID } from 'node:crypto';
import type { DevTenant, Login, LoginRequest } from './dev-tenant.ts';

/** A login and when it was. */
export interface LoginRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly login: Login;
}

/** Logins on the page. */
const SHOWN = 100;

/** Grants whose tokens can still be refreshed. */
const MAX_GRANTS = 10_000;

export class Logins {
  readonly #tenant: () => DevTenant;
  readonly #byGrant = new Map<string, Login>();
  readonly #ranBy = new WeakMap<Login, DevTenant>();
  #last: readonly LoginRecord[] = [];

  constructor(tenant: () => DevTenant) {
    this.#tenant = tenant;
  }

  /** Runs a login, and remembers it for the page. */
  async run(request: LoginRequest): Promise<Login> {
    const tenant = this.#tenant();
    const login = await tenant.login(request);
    this.#ranBy.set(login, tenant);
    this.#last = [{ id: randomUUID(), at: Date.now(), login }, ...this.#last].slice(0, SHOWN);
    return login;
  }

  /** The login as the tenant of now runs it: between a login and its token the tenant's files may have changed. */
  async asOfNow(login: Login): Promise<Login> {
    let last = login;
    while (this.#ranBy.get(last) !== this.#tenant()) last = await this.run(last.request);
    return last;
  }

  /** The last logins, the newest first. */
  get last(): readonly LoginRecord[] {
    return this.#last;
  }

  /** Remembers which login a grant comes of. */
  keep(grantId: string, login: Login): void {
    const [oldest] = this.#byGrant.keys();
    if (this.#byGrant.size >= MAX_GRANTS && oldest !== undefined) this.#byGrant.delete(oldest);
    this.#byGrant.set(grantId, login);
  }

  ofGrant(grantId: string | undefined): Login | undefined {
    return grantId === undefined ? undefined : this.#byGrant.get(grantId);
  }
}
