// Which value an offset in a text belongs to: the other way round of offsetIn.
import type { Place } from './places.ts';

/** Answers for one text; each question takes time by the depth and the logarithm of the width. */
export class PlaceFinder {
  readonly #text: string;
  readonly #root: Place;
  readonly #childrenOf = new Map<Place, readonly Child[]>();

  constructor(text: string, root: Place) {
    this.#text = text;
    this.#root = root;
  }

  /** The value that begins last before an offset, however deep it is; undefined where the offset is inside of a string. */
  lastBefore(offset: number): Place | undefined {
    return this.#descend(offset, () => true);
  }

  /** The value of the file's outermost object or array that begins last before an offset; the outermost itself where none does. */
  outermostBefore(offset: number): Place {
    return lastBefore(this.#children(this.#root), offset)?.place ?? this.#root;
  }

  /** The object or array that a line of a YAML block at this offset would continue, by its indentation; undefined inside of a string. */
  continuedAt(offset: number): Place | undefined {
    const column = this.#columnOf(offset);
    // A key at the same column is the next of its object; what is at the column of an entry, after its dash, belongs to the entry.
    return this.#descend(offset, ({ isEntry, offset: start }) =>
      isEntry ? column >= this.#columnOf(start) : column > this.#columnOf(start),
    );
  }

  #descend(offset: number, enters: (child: Child) => boolean): Place | undefined {
    let place = this.#root;
    for (;;) {
      const child = lastBefore(this.#children(place), offset);
      if (child === undefined) return place;
      const isScalar = child.place.properties === undefined && child.place.items === undefined;
      if (isScalar && child.place.end > offset) return undefined;
      if (!enters(child)) return place;
      place = child.place;
    }
  }

  #children(place: Place): readonly Child[] {
    let children = this.#childrenOf.get(place);
    if (children === undefined) {
      children = childrenOf(place).sort((a, b) => a.offset - b.offset);
      this.#childrenOf.set(place, children);
    }
    return children;
  }

  #columnOf(offset: number): number {
    return offset - this.#text.lastIndexOf('\n', offset - 1) - 1;
  }
}

interface Child {
  /** Of an array. */
  readonly isEntry: boolean;
  readonly offset: number;
  readonly place: Place;
}

function childrenOf({ start, properties, items }: Place): Child[] {
  return [
    // What a merge key brings in is written elsewhere.
    ...[...(properties ?? new Map<string, never>()).values()]
      .filter(({ key }) => key >= start)
      .map(({ key, value }): Child => ({ isEntry: false, offset: key, place: value })),
    ...(items ?? []).flatMap((place): Child[] =>
      place === undefined ? [] : [{ isEntry: true, offset: place.start, place }],
    ),
  ];
}

function lastBefore(children: readonly Child[], offset: number): Child | undefined {
  let [low, high] = [0, children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((children[middle] as Child).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return children[low - 1];
}
