// A wire for plans: what only looks can't change anything, whoever calls it.
import { TenantError } from '../errors.ts';
import type { Wire } from './wire.ts';

/** The same wire without the methods that change something: they throw before anything is sent. */
export function readOnly(wire: Wire): Wire {
  return {
    rateLimit: wire.rateLimit,
    fetch: async (input, init) => {
      const { method } = new Request(input, init);
      if (method !== 'GET') {
        throw new TenantError(
          'refused',
          `a plan tried to send a ${method} request`,
          'This is a bug in claimgen: please report it. Nothing was changed.',
        );
      }
      return wire.fetch(input, init);
    },
  };
}
