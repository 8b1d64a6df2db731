/** What a record says, apart from whose it is and when it was: many records say the same, and share one of these. */
import type { Evidence, Mark, NameMarks } from './mark.ts';
import type { ReadRecord } from './record.ts';
import type { RecordScope } from './scopes.ts';

export interface Content extends RecordScope {
  readonly lost: ReadonlySet<string> | '*';
  readonly gained: ReadonlySet<string> | '*';
  readonly out: boolean;
}

/** Equal for records that say the same. */
export function contentKey({
  org,
  usersOnly,
  lost,
  gained,
  out,
}: Omit<ReadRecord, 'sub' | 'aud' | 'widened'>): string {
  const names = (list: readonly string[] | '*') => (list === '*' ? list : [...list].sort());
  return JSON.stringify([org ?? null, usersOnly, names(lost), names(gained), out]);
}

/** One record, as evidence. */
export class Entry implements Evidence {
  readonly #content: Content;
  readonly #mark: Mark;

  constructor(content: Content, mark: Mark) {
    this.#content = content;
    this.#mark = mark;
  }

  get out(): Mark | undefined {
    return this.#content.out ? this.#mark : undefined;
  }

  of(name: string): NameMarks {
    const { lost, gained } = this.#content;
    return {
      lost: lost === '*' || lost.has(name) ? this.#mark : undefined,
      gained: gained === '*' || gained.has(name) ? this.#mark : undefined,
    };
  }
}
