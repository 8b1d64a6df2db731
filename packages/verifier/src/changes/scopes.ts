// The marks of one owner (a user, an organization) who has many: by organization, and by whether machines are meant, too.
import { Marks } from './marks.ts';
import type { ReadRecord } from './record.ts';

/** What decides which of an owner's records fit a token. */
export interface TokenScope {
  /** The `org_id` claim. */
  readonly org: string | undefined;
  readonly machine: boolean;
}

/** Whom a record is about, of one owner's tokens. */
export interface RecordScope {
  readonly org: string | undefined;
  readonly usersOnly: boolean;
}

export function fits({ org, usersOnly }: RecordScope, token: TokenScope): boolean {
  return (org === undefined || org === token.org) && !(usersOnly && token.machine);
}

export class Scopes {
  readonly #scopes: Map<string, RecordScope & { readonly marks: Marks }> = new Map();

  /** Takes a record of this owner whose names the layout has. */
  add(record: Omit<ReadRecord, 'sub' | 'aud' | 'widened'>): void {
    const { org, usersOnly } = record;
    const key = JSON.stringify([org ?? null, usersOnly]);
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      scope = { org, usersOnly, marks: new Marks() };
      this.#scopes.set(key, scope);
    }
    scope.marks.add(record);
  }

  fitting(token: TokenScope): Marks[] {
    return [...this.#scopes.values()].filter((scope) => fits(scope, token)).map(({ marks }) => marks);
  }

  /** Drops what is at or before `horizon`. */
  forget(horizon: number): void {
    for (const [key, { marks }] of this.#scopes) {
      marks.forget(horizon);
      if (marks.times().next().done) this.#scopes.delete(key);
    }
  }

  /** The times of all marks, in no order. */
  *times(): Generator<number, void, undefined> {
    for (const { marks } of this.#scopes.values()) yield* marks.times();
  }
}
