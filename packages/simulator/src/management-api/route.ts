// A route: what it answers to, what the token must allow, and what it does to the tenant.
import type { ApiAnswer } from './answer.ts';
import type { List } from './paging.ts';
import type { Tenant } from './tenant.ts';

/** How the stand-in behaves, beyond what it remembers. */
export interface Behaviour {
  /** No page is longer. */
  readonly pageCap: number;
  /** Milliseconds that a build takes. */
  readonly buildTime: number;
  /** Milliseconds from the deploy request until logins run the code. */
  readonly deployTime: number;
  /** Milliseconds after its first deployment in which an Action can't be bound yet. */
  readonly bindingLag: number;
  /** Whether code builds. */
  readonly builds: (code: string) => boolean;
  /** Changes a list as it is read: for lists that move meanwhile. */
  readonly moveList: ((name: string, list: List) => List) | undefined;
}

export interface RouteContext {
  readonly tenant: Tenant;
  /** Decoded, in the order of the path. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly behaviour: Behaviour;
  /** `https://localhost:4443`, for links in answers. */
  readonly origin: string;
}

export interface Route {
  readonly method: string;
  /** Below `/api/v2`; `{id}` is any one segment. */
  readonly path: string;
  /** Any one of them is enough. */
  readonly scopes: readonly string[];
  readonly run: (context: RouteContext) => ApiAnswer;
}
