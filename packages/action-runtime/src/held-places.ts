/** The places that a user holds: a set of whole numbers below a size known beforehand. */
export class HeldPlaces {
  readonly #held: Uint8Array;

  constructor(size: number) {
    this.#held = new Uint8Array(size);
  }

  add(place: number): void {
    this.#held[place] = 1;
  }

  has(place: number): boolean {
    return this.#held[place] === 1;
  }

  /** Adds runs: places skipped, places held, and so on. */
  addRuns(runs: readonly number[]): void {
    let place = 0;
    for (let index = 0; index + 1 < runs.length; index += 2) {
      place += runs[index] ?? 0;
      const end = place + (runs[index + 1] ?? 0);
      this.#held.fill(1, place, end);
      place = end;
    }
  }

  /** Adds what another set of the same size holds. */
  addAll(other: HeldPlaces): void {
    for (let place = other.#held.indexOf(1); place >= 0; place = other.#held.indexOf(1, place + 1)) {
      this.#held[place] = 1;
    }
  }

  /** The places in ascending order. */
  toList(): number[] {
    const list: number[] = [];
    for (let place = this.#held.indexOf(1); place >= 0; place = this.#held.indexOf(1, place + 1)) {
      list.push(place);
    }
    return list;
  }
}
