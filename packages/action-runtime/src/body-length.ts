// How long a body is, without writing it: for the generator, which sizes the tokens of thousands of users at each build. No Action carries it.

const PARAMETERS = 16;
/** The most bits of a place. */
const LONGEST = 24;

/** How often numbers occur, by what decides the bits that they take: see bestExpGolomb in encode-body.ts. */
interface Counts {
  readonly ofLength: Int32Array;
  readonly carryFrom: Int32Array;
}

const newCounts = (): Counts => ({
  ofLength: new Int32Array(LONGEST + 2),
  carryFrom: new Int32Array(LONGEST + 2),
});

// Made once: typed arrays take longer to make than to fill.
const skipped = newCounts();
const held = newCounts();

/**
 * The characters of `encodeBody(places)`.
 * @param places strictly ascending integers from 0 to 2^24 - 1
 */
export function bodyLength(places: ArrayLike<number>): number {
  const last = places[places.length - 1];
  if (last === undefined) return 1;
  const raw = 2 + Math.floor(last / 6);
  const gaps = Math.ceil((6 + riceBits(places)) / 6);
  const runs = countRuns(places);
  const inRuns = Math.ceil((10 + expGolombBits(skipped, runs) + expGolombBits(held, runs)) / 6);
  return Math.min(raw, gaps, inRuns);
}

/** The fewest bits that any parameter writes the gaps in. */
function riceBits(places: ArrayLike<number>): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < PARAMETERS; k++) {
    let bits = places.length * (k + 1);
    let next = 0;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      bits += (place - next) >>> k;
      next = place + 1;
    }
    if (bits >= fewest) break;
    fewest = bits;
  }
  return fewest;
}

/** Counts the runs of places that are skipped and, less one, of those that are held; returns how many pairs there are. */
function countRuns(places: ArrayLike<number>): number {
  for (const { ofLength, carryFrom } of [skipped, held]) {
    ofLength.fill(0);
    carryFrom.fill(0);
  }
  let pairs = 0;
  let next = 0;
  let start = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (i === 0 || place !== next) {
      if (i > 0) add(held, next - start - 1);
      add(skipped, place - next);
      pairs++;
      start = place;
    }
    next = place + 1;
  }
  add(held, next - start - 1);
  return pairs;
}

function add({ ofLength, carryFrom }: Counts, run: number): void {
  if (run === 0) return;
  const length = 32 - Math.clz32(run);
  const ones = Math.clz32(~(run << (32 - length)));
  ofLength[length] = (ofLength[length] as number) + 1;
  carryFrom[length - ones] = (carryFrom[length - ones] as number) + 1;
  carryFrom[length] = (carryFrom[length] as number) - 1;
}

/** The fewest bits that any parameter writes the counted numbers in. */
function expGolombBits({ ofLength, carryFrom }: Counts, numbers: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  let longer = 0;
  let sumOfN = 0;
  let carries = 0;
  for (let a = LONGEST - 1; a >= 0; a--) {
    longer += ofLength[a + 2] as number;
    sumOfN += longer;
    carries -= carryFrom[a + 1] as number;
    const bits = 2 * (sumOfN + carries) + (a + 1) * numbers;
    if (a < PARAMETERS && bits < fewest) fewest = bits;
  }
  return fewest;
}
