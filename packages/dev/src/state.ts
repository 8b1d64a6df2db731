// What the parts of the issuer share.
import type { IncomingMessage } from 'node:http';
import type { DevTenant, Login } from './dev-tenant.ts';
import type { Keys } from './keys.ts';
import type { Logins } from './logins.ts';
import type { TokenRequest } from './refresh.ts';

export interface State {
  /** With its trailing slash. */
  readonly issuer: string;
  readonly keys: Keys;
  /** The tenant as it is now: it changes when its files do. */
  readonly tenant: () => DevTenant;
  readonly logins: Logins;
  /** By the request, what the provider does not pass on. */
  readonly requests: WeakMap<IncomingMessage, TokenRequest>;
  /** By the request, the login that a refresh has run. */
  readonly refreshed: WeakMap<IncomingMessage, Login>;
}
