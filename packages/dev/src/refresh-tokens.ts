// Refresh tokens, of which the one that was used last may be used again for a while, where a client has Auth0's rotation overlap period.
import type { AdapterPayload } from 'oidc-provider';
import { clientOf } from './clients.ts';
import type { DevTenant } from './dev-tenant.ts';
import { Storage } from './storage.ts';

/** The last use of a token of a family, which is a grant of the provider's. */
interface Use {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class RefreshTokenStorage extends Storage {
  readonly #tenant: () => DevTenant;
  readonly #lastUses = new Map<string, Use>();

  constructor(tenant: () => DevTenant) {
    super();
    this.#tenant = tenant;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await super.find(id);
    if (payload?.consumed === undefined) return payload;
    const last = this.#lastUses.get(payload.grantId ?? '');
    const leeway = clientOf(this.#tenant(), payload.clientId ?? '')?.leeway ?? 0;
    // The one before the previous one was stolen, if it comes back: a newer one is in use.
    if (last?.id !== id || Date.now() - last.at >= leeway * 1_000) return payload;
    const { consumed: _, ...unused } = payload;
    return unused;
  }

  override async consume(id: string): Promise<void> {
    const { grantId = '' } = (await super.find(id)) ?? {};
    // Using it again doesn't make the period longer.
    if (this.#lastUses.get(grantId)?.id !== id) this.#lastUses.set(grantId, { id, at: Date.now() });
    await super.consume(id);
  }

  override async revokeByGrantId(grantId: string): Promise<void> {
    this.#lastUses.delete(grantId);
    await super.revokeByGrantId(grantId);
  }
}
