// What a record says, apart from whose it is and when it was: many records say the same, and share one of these.
import type { Evidence, Mark, NameMarks } from './mark.ts';
import type { ReadRecord } from './record.ts';
import type { RecordScope } from './scopes.ts';

export interface Content extends RecordScope {
  readonly lost: ReadonlySet<string> | '*';
  readonly gained: ReadonlySet<string> | '*';
  readonly out: boolean;
}

/** Equal for records that say the same: each part has its length before it, so none can look like two. */
export function contentKey({
  org,
  usersOnly,
  lost,
  gained,
  out,
}: Omit<ReadRecord, 'sub' | 'aud' | 'widened'>): string {
  const scope = org === undefined ? '' : spell(org);
  return `${usersOnly ? 'u' : ''}${out ? 'o' : ''}${scope}<${spellAll(lost)}>${spellAll(gained)}`;
}

function spellAll(names: readonly string[] | '*'): string {
  if (names === '*') return names;
  if (names.length === 1) return spell(names[0] ?? '');
  return [...names].sort().map(spell).join('');
}

function spell(text: string): string {
  return `${text.length}:${text}`;
}

/** One record, as evidence. */
export class Entry implements Evidence {
  readonly #content: Content;
  readonly #mark: Mark;

  constructor(content: Content, mark: Mark) {
    this.#content = content;
    this.#mark = mark;
  }

  get latest(): number {
    return this.#mark.at;
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

  names(): Iterable<string> | undefined {
    const { lost, gained } = this.#content;
    return lost === '*' || gained === '*' ? undefined : [...lost, ...gained];
  }
}
