import type { PostLoginEvent } from '#auth0/event';
import type { LoginDescription } from '../event/login-description.ts';
import type { HostOptions, LoginOptions } from './action-host.ts';
import type { LoginResult } from './login-result.ts';

// What goes between a host process and its parent: NDJSON, first the setup, then one login a line; back one result a
// line, in the same order.

/** The first line. */
export interface HostSetup {
  readonly code: string;
  readonly options?: Omit<HostOptions, 'fetch' | 'now'>;
}

/** Each other line: a login described, or its whole event. */
export type HostLogin = ({ readonly description: LoginDescription } | { readonly event: PostLoginEvent }) & {
  readonly options?: Omit<LoginOptions, 'fetch'>;
};

/** One result: the event that the Action got, and how the login ended. */
export interface HostResult {
  readonly event: PostLoginEvent;
  readonly result: LoginResult;
  /** Version of Node that ran it. */
  readonly node: string;
}
