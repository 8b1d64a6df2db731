// The system's keyring, by @napi-rs/keyring where it is installed: macOS Keychain, Windows Credential Manager, Secret Service.
import { managementAudience } from '../domain.ts';

/** Secrets by service and account. */
export interface Keyring {
  /** Undefined where there is none. */
  get(service: string, account: string): Promise<string | undefined>;
  set(service: string, account: string, secret: string): Promise<void>;
}

/** Under this name our own entries are kept. */
const SERVICE = 'claimgen';

/** The system's keyring; undefined where there is none, or no package that reads it. */
export async function openKeyring(): Promise<Keyring | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return {
      // A keyring that is locked or not running is no keyring.
      get: async (service, account) =>
        (await new AsyncEntry(service, account).getPassword().catch(() => undefined)) ?? undefined,
      set: (service, account, secret) => new AsyncEntry(service, account).setPassword(secret),
    };
  } catch {
    return undefined;
  }
}

interface StoredClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The machine that was stored for a tenant. */
export async function readClient(keyring: Keyring, domain: string): Promise<StoredClient | undefined> {
  const stored = await keyring.get(SERVICE, managementAudience(domain));
  if (stored === undefined) return undefined;
  try {
    const { clientId, clientSecret } = JSON.parse(stored) as Partial<StoredClient>;
    if (typeof clientId === 'string' && typeof clientSecret === 'string') return { clientId, clientSecret };
  } catch {
    // Somebody else's entry: as if there were none.
  }
  return undefined;
}

/** Stores a machine's id and secret for a tenant. */
export function storeClient(keyring: Keyring, domain: string, client: StoredClient): Promise<void> {
  const { clientId, clientSecret } = client;
  return keyring.set(SERVICE, managementAudience(domain), JSON.stringify({ clientId, clientSecret }));
}
