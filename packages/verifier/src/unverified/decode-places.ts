import { ALPHABET } from '../base64url.ts';

const PLACE_LIMIT = 0x1000000;

/**
 * The same rules as `claim/decode-body.ts`, spec/claim-format.md, written for few bytes of script in place of speed; a
 * test holds the two together. Gives the places held below `places`, whether there are others, or undefined for a
 * text that no encoder writes.
 */
export function decodePlaces(
  body: string,
  places: number,
): { held: number[]; overflow: boolean } | undefined {
  const held: number[] = [];
  let bits = '';
  for (const character of body) bits += (64 + ALPHABET.indexOf(character)).toString(2).slice(1);
  let at = 6;
  let next = 0;
  let failed = body === '' || !/^[\w-]*$/.test(body);
  const hold = (from: number, count: number): void => {
    next = from + count;
    failed ||= next > PLACE_LIMIT;
    for (let place = from; place < Math.min(next, places); place += 1) held.push(place);
  };
  const read = (width: number): number => {
    at += width;
    failed ||= at > bits.length;
    return Number(`0b0${bits.slice(at - width, at)}`);
  };
  const readUnary = (): number => {
    const zero = bits.indexOf('0', at);
    if (zero < 0) {
      failed ||= bits.length - at > 5;
      return -1;
    }
    const ones = zero - at;
    at = zero + 1;
    return ones;
  };
  const readExpGolomb = (parameter: number): number => {
    const ones = readUnary();
    if (ones < 0) return -1;
    failed ||= parameter + ones > 24;
    return failed ? 0 : 2 ** (parameter + ones) + read(parameter + ones) - 2 ** parameter;
  };
  const mode = bits.slice(0, 2);
  if (mode === '00') {
    failed ||= body[0] !== 'A' || /.A$/.test(body);
    for (; at < bits.length; at += 1) if (bits[at] === '1') hold(at - 6, 1);
  } else if (mode === '01') {
    at = 2;
    const k = read(4);
    for (let high = readUnary(); high >= 0 && !failed; high = readUnary())
      hold(next + high * 2 ** k + read(k), 1);
  } else {
    failed ||= mode !== '10';
    at = 2;
    const a = read(4);
    const b = read(4);
    for (let gap = readExpGolomb(a); gap >= 0 && !failed; gap = readExpGolomb(a)) {
      failed = gap === 0 && next > 0;
      const more = readExpGolomb(b);
      failed ||= more < 0;
      hold(next + gap, more + 1);
    }
    failed ||= next === 0;
  }
  return failed ? undefined : { held, overflow: next > places };
}
