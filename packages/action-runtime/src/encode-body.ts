import { BitWriter, characterOf } from './bit-writer.ts';

// The body of a claim: spec/claim-format.md, "The body".

const PLACE_LIMIT = 0x1000000;
const PARAMETERS = 16;

/**
 * The shortest body for a set of places.
 *
 * @param places strictly ascending integers from 0 to 2^24 - 1
 * @returns base64url text of at most 1 + ceil(N / 6) characters when every place is below N
 * @throws RangeError when the places are not such integers
 */
export function encodeBody(places: ArrayLike<number>): string {
  const gaps = gapsBetween(places);
  const runs = runsOf(gaps);
  const k = bestParameter(gaps, 0, 1, riceBits);
  const a = bestParameter(runs, 0, 2, expGolombBits);
  const b = bestParameter(runs, 1, 2, expGolombBits);

  const last = places[places.length - 1];
  const rawLength = last === undefined ? 1 : 2 + Math.floor(last / 6);
  const gapsLength = Math.ceil((6 + k.bits) / 6);
  const runsLength = Math.ceil((10 + a.bits + b.bits) / 6);

  if (rawLength <= gapsLength && rawLength <= runsLength) return writeRaw(places, rawLength);
  return gapsLength <= runsLength ? writeGaps(gaps, k.parameter) : writeRuns(runs, a.parameter, b.parameter);
}

/** How many places are skipped before each place. */
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

function riceBits(value: number, k: number): number {
  return (value >>> k) + 1 + k;
}

function expGolombBits(value: number, a: number): number {
  // n ones, a zero and a + n bits, where value + 2^a has a + 1 + n bits.
  return 2 * (32 - Math.clz32(value + (1 << a))) - a - 1;
}

/** The smallest parameter that writes every step-th value, from the first on, in the fewest bits. */
function bestParameter(
  values: Uint32Array,
  first: number,
  step: number,
  bitsOf: (value: number, parameter: number) => number,
): { readonly parameter: number; readonly bits: number } {
  let best = { parameter: 0, bits: Number.POSITIVE_INFINITY };
  for (let parameter = 0; parameter < PARAMETERS; parameter++) {
    let bits = 0;
    for (let i = first; i < values.length && bits < best.bits; i += step) {
      bits += bitsOf(values[i] as number, parameter);
    }
    if (bits < best.bits) best = { parameter, bits };
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
  for (const sextet of sextets) text += characterOf(sextet);
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
