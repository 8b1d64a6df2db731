import { ALPHABET } from './bit-writer.ts';

/** Milliseconds of the unit that times are written in: 1/16 s. */
const UNIT = 62.5;

/**
 * A time as six base64url characters: the last odd or even unit of it or before, odd where the
 * Action read every part itself. Source: spec/claim-format.md, "As-of".
 * @param at milliseconds since 1970
 */
export function encodeAsOf(at: number, isOdd: boolean): string {
  // The first odd one is 1: a time before it is rounded up.
  const unit = Math.max(1, Math.floor(at / UNIT));
  let rest = unit - (unit % 2 === (isOdd ? 1 : 0) ? 0 : 1);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = ALPHABET.charAt(rest % 64) + text;
    rest = Math.floor(rest / 64);
  }
  return text;
}
