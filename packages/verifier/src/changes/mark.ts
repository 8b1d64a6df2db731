// When something changed last, and what speaks of it.

/** A change of something: when, and by whom for logs. */
export interface Mark {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string | undefined;
}

/** The last changes of a name. */
export interface NameMarks {
  readonly lost: Mark | undefined;
  readonly gained: Mark | undefined;
}

/** What the records of one scope say. */
export interface Evidence {
  /** Milliseconds since 1970: no mark of it is later. */
  readonly latest: number;
  /** When whole tokens were last refused. */
  readonly out: Mark | undefined;
  of(name: string): NameMarks;
  /** The names that it speaks of; undefined where it speaks of every name. */
  names(): Iterable<string> | undefined;
}

/** The later of two; of two at the same time the one whose `by` sorts last, so that the order of arrival doesn't matter. */
export function later(a: Mark | undefined, b: Mark | undefined): Mark | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return (a.by ?? '') >= (b.by ?? '') ? a : b;
}

export function join(a: NameMarks, b: NameMarks): NameMarks {
  return { lost: later(a.lost, b.lost), gained: later(a.gained, b.gained) };
}
