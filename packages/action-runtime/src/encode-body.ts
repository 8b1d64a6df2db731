// The body of a claim: spec/claim-format.md, "The body".
import { ALPHABET, BitWriter } from './bit-writer.ts';

const PLACE_LIMIT = 0x1000000;
const PARAMETERS = 16;
/** The most bits of a place. */
const LONGEST = 24;

/**
 * The shortest body for places, which are strictly ascending integers below 2^24: at most
 * 1 + ceil(N / 6) characters of base64url where all are below N.
 * @throws RangeError when the places are not such integers
 */
export function encodeBody(places: ArrayLike<number>): string {
  const gaps = gapsBetween(places);
  const runs = runsOf(gaps);
  const k = bestRice(gaps);
  const a = bestExpGolomb(runs, 0);
  const b = bestExpGolomb(runs, 1);

  const last = places[places.length - 1];
  const rawLength = last === undefined ? 1 : 2 + Math.floor(last / 6);
  const gapsLength = Math.ceil((6 + k.bits) / 6);
  const runsLength = Math.ceil((10 + a.bits + b.bits) / 6);

  if (rawLength <= gapsLength && rawLength <= runsLength) return writeRaw(places, rawLength);
  return gapsLength <= runsLength ? writeGaps(gaps, k.parameter) : writeRuns(runs, a.parameter, b.parameter);
}

/** How many places are skipped before each. */
function gapsBetween(places: ArrayLike<number>): Uint32Array {
  const gaps = new Uint32Array(places.length);
  let next = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (!(Number.isInteger(place) && place >= next && place < PLACE_LIMIT)) {
      throw new RangeError('places must be ascending integers below 2^24');
    }
    gaps[i] = place - next;
    next = place + 1;
  }
  return gaps;
}

/** Alternately the length of a run not held, and of a run held less one. */
function runsOf(gaps: Uint32Array): Uint32Array {
  const runs = new Uint32Array(2 * gaps.length);
  let end = 0;
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as number;
    if (gap === 0 && end > 0) {
      runs[end - 1] = (runs[end - 1] as number) + 1;
    } else {
      runs[end] = gap;
      end += 2;
    }
  }
  return runs.subarray(0, end);
}

/** A parameter, and how many bits it makes of the numbers. */
interface Choice {
  readonly parameter: number;
  readonly bits: number;
}

/** The smallest k that writes the gaps in the fewest bits. */
function bestRice(gaps: Uint32Array): Choice {
  let best = { parameter: 0, bits: Infinity };
  for (let k = 0; k < PARAMETERS; k++) {
    let bits = gaps.length * (k + 1);
    for (let i = 0; i < gaps.length; i++) bits += (gaps[i] as number) >>> k;
    // Each step saves less and costs the same: the first that saves nothing ends it.
    if (bits >= best.bits) break;
    best = { parameter: k, bits };
  }
  return best;
}

/**
 * The smallest parameter that writes every other run, from the first on, in the fewest bits.
 *
 * A run v of L bits that begin with t ones takes 2n + a + 1 bits, where n = L - 1 - a for a < L,
 * one more for L - t <= a < L (adding 2^a carries), and none for a >= L. So counting the runs by L
 * and L - t gives the sum for every parameter.
 */
function bestExpGolomb(runs: Uint32Array, first: number): Choice {
  const ofLength = new Uint32Array(LONGEST + 2);
  const carryFrom = new Int32Array(LONGEST + 2);
  for (let i = first; i < runs.length; i += 2) {
    const run = runs[i] as number;
    if (run === 0) continue;
    const length = 32 - Math.clz32(run);
    const ones = Math.clz32(~(run << (32 - length)));
    ofLength[length] = (ofLength[length] as number) + 1;
    carryFrom[length - ones] = (carryFrom[length - ones] as number) + 1;
    carryFrom[length] = (carryFrom[length] as number) - 1;
  }

  let best = { parameter: 0, bits: Infinity };
  let longer = 0;
  let sumOfN = 0;
  let carries = 0;
  for (let a = LONGEST - 1; a >= 0; a--) {
    longer += ofLength[a + 2] as number;
    sumOfN += longer;
    carries -= carryFrom[a + 1] as number;
    const bits = 2 * (sumOfN + carries) + (a + 1) * (runs.length / 2);
    if (a < PARAMETERS && bits <= best.bits) best = { parameter: a, bits };
  }
  return best;
}

function writeRaw(places: ArrayLike<number>, length: number): string {
  const sextets = new Uint8Array(length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const index = 1 + Math.floor(place / 6);
    sextets[index] = (sextets[index] as number) | (32 >>> (place % 6));
  }
  let text = '';
  for (const sextet of sextets) text += ALPHABET.charAt(sextet);
  return text;
}

function writeGaps(gaps: Uint32Array, k: number): string {
  const writer = new BitWriter();
  writer.write(0b01, 2);
  writer.write(k, 4);
  for (const gap of gaps) {
    writer.writeUnary(gap >>> k);
    writer.write(gap & ((1 << k) - 1), k);
  }
  return writer.finish();
}

function writeRuns(runs: Uint32Array, a: number, b: number): string {
  const writer = new BitWriter();
  writer.write(0b10, 2);
  writer.write(a, 4);
  writer.write(b, 4);
  for (let i = 0; i < runs.length; i++) writeExpGolomb(writer, runs[i] as number, i % 2 === 0 ? a : b);
  return writer.finish();
}

function writeExpGolomb(writer: BitWriter, value: number, parameter: number): void {
  const shifted = value + (1 << parameter);
  const low = 31 - Math.clz32(shifted);
  writer.writeUnary(low - parameter);
  writer.write(shifted & ((1 << low) - 1), low);
}
