import type { PostLoginEvent } from './post-login.ts';
import type { ClientRule } from './tables.ts';

/** Whether a client's tokens carry permissions; a login that names none is admitted nowhere. */
export function admitsClient(rule: ClientRule, { client }: PostLoginEvent): boolean {
  const id = client?.client_id;
  if (typeof id !== 'string' || id === '') return false;
  return 'only' in rule ? rule.only.includes(id) : !rule.except.includes(id);
}
