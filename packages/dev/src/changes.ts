// What verifiers hear of while the issuer runs: changes of permissions, at /changes, as a hub serves them.
import type { RequestListener } from 'node:http';
import { type Change, ChangesError, createHub, openMemoryLog, publish, toListener } from '@claimgen/changes';
import { GUARD } from '@claimgen/verifier/changes';

/** Feeds want a secret of their hub, and nothing has to be kept from this machine. */
export const CHANGES_SECRET = 'claimgen-dev-loopback';

export interface Changes {
  /** Answers requests for /changes. */
  readonly listener: RequestListener;
  /**
   * Tells who follows.
   * @param at milliseconds since the epoch: tokens that are issued later know of the changes
   */
  publish(changes: readonly Change[], at: number): Promise<void>;
  close(): void;
}

export function openChanges(onError: (error: Error) => void): Changes {
  const log = openMemoryLog();
  const hub = createHub({
    feed: log,
    secret: CHANGES_SECRET,
    log: (error) => onError(error instanceof Error ? error : new Error(String(error))),
  });
  return {
    listener: toListener(hub.fetch),
    async publish(changes, at) {
      // Verifiers add the guard for slow Actions and codes that wait. Here no token is issued that knows less than the tenant did then.
      const known = at - GUARD;
      try {
        await publish(
          log,
          changes.map((change) => ({ ...change, at: known })),
        );
      } catch (error) {
        if (!(error instanceof ChangesError)) throw error;
        // Ids and names may be longer than a record holds: then it says more than has changed.
        await publish(log, { lost: '*', gained: '*', at: known });
      }
    },
    close: () => hub.close(),
  };
}
