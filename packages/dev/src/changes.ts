// What verifiers hear of while the issuer runs: changes of permissions, at /changes, as a hub serves them.
import type { RequestListener } from 'node:http';
import { type Change, ChangesError, createHub, openMemoryLog, publish, toListener } from '@claimgen/changes';

/** Feeds want a secret of their hub, and nothing has to be kept from this machine. */
export const CHANGES_SECRET = 'claimgen-dev-loopback';

export interface Changes {
  /** Answers requests for /changes. */
  readonly listener: RequestListener;
  /** Tells who follows. */
  publish(changes: readonly Change[]): Promise<void>;
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
    async publish(changes) {
      try {
        await publish(log, changes);
      } catch (error) {
        if (!(error instanceof ChangesError)) throw error;
        // Ids and names may be longer than a record holds: then it says more than has changed.
        const at = Math.max(...changes.map((change) => change.at ?? Date.now()));
        await publish(log, { lost: '*', gained: '*', at });
      }
    },
    close: () => hub.close(),
  };
}
