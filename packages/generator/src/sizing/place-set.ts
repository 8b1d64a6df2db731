// A set of places as bits, so that users of large layouts cost what they hold.

/** A set of places of one layout. */
export class PlaceSet {
  readonly #words: Uint32Array;

  /** @param places how many the layout has */
  constructor(places: number) {
    this.#words = new Uint32Array(Math.ceil(places / 32));
  }

  clear(): void {
    this.#words.fill(0);
  }

  add(place: number): void {
    const word = place >>> 5;
    this.#words[word] = (this.#words[word] as number) | (1 << (place & 31));
  }

  /** Adds all that another set of the same layout has. */
  addAll(other: PlaceSet): void {
    for (let index = 0; index < this.#words.length; index++)
      this.#words[index] = (this.#words[index] as number) | (other.#words[index] as number);
  }

  /** The places, ascending. */
  toArray(): number[] {
    const places: number[] = [];
    for (let index = 0; index < this.#words.length; index++) {
      for (let word = this.#words[index] as number; word !== 0; word &= word - 1)
        places.push(32 * index + 31 - Math.clz32(word & -word));
    }
    return places;
  }
}
