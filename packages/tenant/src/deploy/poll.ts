// Waits until the tenant has done what it was asked for: builds and deployments take seconds.
import { TenantError } from '../errors.ts';
import type { OpenTenant } from '../tenant.ts';

/** Milliseconds between two looks, and after which nothing is expected any more. */
const INTERVAL = 1_500;
const PATIENCE = 5 * 60_000;

/**
 * Looks again and again until there is a value.
 * @param what is waited for, as messages name it: "the Action is built"
 * @param patience milliseconds; five minutes by default
 * @throws TenantError `deadline_exceeded`
 */
export async function pollUntil<T>(
  { clock }: OpenTenant,
  what: string,
  look: () => Promise<T | undefined>,
  patience: number = PATIENCE,
): Promise<T> {
  const end = clock.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (clock.now() >= end) {
      throw new TenantError(
        'deadline_exceeded',
        `${what}: not yet after ${patience / 60_000 >= 1 ? `${patience / 60_000} minutes` : `${patience / 1_000} s`}`,
        'Look at https://status.auth0.com, then run the command again: it goes on where it was.',
      );
    }
    await clock.sleep(INTERVAL);
  }
}
