// What the issuer remembers while it runs: sessions, codes, refresh tokens. It forgets everything when it ends.
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  readonly payload: AdapterPayload;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** How many entries of a kind are kept before those that have expired are looked for. */
const MANY = 1_000;

/** Storage for one kind of entry. */
export class Storage implements Adapter {
  readonly #entries = new Map<string, Stored>();

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (this.#entries.size >= MANY) this.#dropExpired();
    const expires = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1_000;
    this.#entries.set(id, { payload, expires });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#entries.get(id)?.payload;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#values().find((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#values().find((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const stored = this.#entries.get(id);
    if (stored !== undefined) stored.payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(id);
  }

  #values(): AdapterPayload[] {
    return [...this.#entries.values()].map(({ payload }) => payload);
  }

  #dropExpired(): void {
    const now = Date.now();
    for (const [id, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(id);
  }
}
