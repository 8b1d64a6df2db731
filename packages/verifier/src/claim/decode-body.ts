// Decodes the body of a claim: spec/claim-format.md, "The body".
import { VerifierError } from '../errors.ts';
import { BitReader, sextetAt } from './bit-reader.ts';

const PLACE_LIMIT = 0x1000000;

/** The places that a body holds. */
export interface DecodedBody {
  /** Place i is bit `0x80 >> (i & 7)` of byte `i >> 3`; ceil(places / 8) bytes. */
  readonly bits: Uint8Array;
  /** Whether the body holds a place at or past the number of places asked for. */
  readonly overflow: boolean;
}

/**
 * Decodes the body of a claim. Takes memory in proportion to places, and time to places and the text's
 * length.
 *
 * @param places how many places the reader knows; later ones only set overflow
 * @param start where the body begins in the text: given so that nothing has to be cut out
 * @throws VerifierError `claim_malformed` for a string that no encoder writes
 */
export function decodeBody(text: string, places: number, start: number = 0): DecodedBody {
  if (start === text.length) throw malformed('the body is empty');
  const first = sextetAt(text, start);
  switch (first >> 4) {
    case 0b00:
      if (first !== 0) throw malformed('the low bits of the raw mode are not zero');
      return decodeRaw(text, places, start + 1);
    case 0b01:
      return decodeGaps(new BitReader(text, start), places);
    case 0b10:
      return decodeRuns(new BitReader(text, start), places);
    default:
      throw malformed('mode 11 is reserved');
  }
}

function decodeRaw(text: string, places: number, start: number): DecodedBody {
  const bits = new Uint8Array(Math.ceil(places / 8));
  if (start === text.length) return { bits, overflow: false };
  const last = sextetAt(text, text.length - 1);
  if (last === 0) throw malformed('a raw body ends in zeros');
  // The lowest one of the last character is the last place held.
  const lastPlace = 6 * (text.length - 1 - start) + Math.clz32(last & -last) - 26;
  if (lastPlace >= PLACE_LIMIT) throw malformed('a place is 2^24 or more');
  for (let index = start; index < text.length; index++) {
    const sextet = sextetAt(text, index);
    const place = 6 * (index - start);
    const known = places - place;
    if (known <= 0) continue;
    const octet = (known < 6 ? sextet & (0x3f << (6 - known)) : sextet) << 2;
    const byte = place >> 3;
    const shift = place & 7;
    bits[byte] = (bits[byte] as number) | (octet >> shift);
    if (shift > 2 && byte + 1 < bits.length) bits[byte + 1] = octet << (8 - shift);
  }
  return { bits, overflow: lastPlace >= places };
}

function decodeGaps(reader: BitReader, places: number): DecodedBody {
  const bits = new Uint8Array(Math.ceil(places / 8));
  const k = reader.read(6) & 15;
  let next = 0;
  for (let high = reader.readUnary(); high >= 0; high = reader.readUnary()) {
    // Not shifted: as a double it stays exact for a string of any length.
    const place = next + high * 2 ** k + reader.read(k);
    if (place >= PLACE_LIMIT) throw malformed('a place is 2^24 or more');
    if (place < places) bits[place >> 3] = (bits[place >> 3] as number) | (0x80 >> (place & 7));
    next = place + 1;
  }
  return { bits, overflow: next > places };
}

function decodeRuns(reader: BitReader, places: number): DecodedBody {
  const bits = new Uint8Array(Math.ceil(places / 8));
  const parameters = reader.read(10);
  const a = (parameters >> 4) & 15;
  const b = parameters & 15;
  let next = 0;
  for (;;) {
    const notHeld = readExpGolomb(reader, a);
    if (notHeld === -1) break;
    if (notHeld === 0 && next > 0) throw malformed('a run that is not held is empty');
    const heldLessOne = readExpGolomb(reader, b);
    if (heldLessOne === -1) throw malformed('the runs do not end after a held run');
    const start = next + notHeld;
    next = start + heldLessOne + 1;
    if (next > PLACE_LIMIT) throw malformed('a place is 2^24 or more');
    setBits(bits, start, Math.min(next, places));
  }
  if (next === 0) throw malformed('the runs mode holds no run');
  return { bits, overflow: next > places };
}

/** The next number, or -1 when only padding is left. */
function readExpGolomb(reader: BitReader, parameter: number): number {
  const ones = reader.readUnary();
  if (ones === -1) return -1;
  const low = parameter + ones;
  if (low > 24) throw malformed('a place is 2^24 or more');
  return 2 ** low + reader.read(low) - 2 ** parameter;
}

/** Sets the bits from start up to, not including, end. */
function setBits(bits: Uint8Array, start: number, end: number): void {
  if (start >= end) return;
  const firstByte = start >> 3;
  const lastByte = (end - 1) >> 3;
  const head = 0xff >> (start & 7);
  const tail = 0xff << (7 - ((end - 1) & 7));
  if (firstByte === lastByte) {
    bits[firstByte] = (bits[firstByte] as number) | (head & tail);
    return;
  }
  bits[firstByte] = (bits[firstByte] as number) | head;
  bits.fill(0xff, firstByte + 1, lastByte);
  bits[lastByte] = (bits[lastByte] as number) | tail;
}

function malformed(rule: string): VerifierError {
  return new VerifierError('claim_malformed', rule);
}
