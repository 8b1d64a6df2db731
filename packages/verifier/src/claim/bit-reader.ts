// The body of a claim as a stream of bits: spec/claim-format.md, "The body".
import { ALPHABET } from '../base64url.ts';
import { VerifierError } from '../errors.ts';

const UNKNOWN = 64;
const SEXTETS = new Uint8Array(128).fill(UNKNOWN);
for (let i = 0; i < 64; i++) SEXTETS[ALPHABET.charCodeAt(i)] = i;

/** The six bits of one base64url character. */
export function sextetAt(text: string, index: number): number {
  const sextet = SEXTETS[text.charCodeAt(index)] ?? UNKNOWN;
  if (sextet === UNKNOWN) throw new VerifierError('claim_malformed', 'a character is not base64url');
  return sextet;
}

/** Reads base64url text, from `start` on, as a bit stream, most significant bit first, without copying it. */
export class BitReader {
  readonly #text: string;
  #next: number;
  /** The bits read ahead, from the highest down; zeros below them. */
  #window = 0;
  #count = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#next = start;
  }

  /** Length bits, at most 26, as a number. */
  read(length: number): number {
    if (length === 0) return 0;
    this.#fill();
    if (this.#count < length) throw new VerifierError('claim_malformed', 'the body ends inside a number');
    const value = this.#window >>> (32 - length);
    this.#drop(length);
    return value;
  }

  /** How many ones there are before the next zero, which is read too; -1 when only padding is left. */
  readUnary(): number {
    let ones = 0;
    for (;;) {
      this.#fill();
      const run = Math.clz32(~this.#window);
      if (run < this.#count) {
        this.#drop(run + 1);
        return ones + run;
      }
      ones += run;
      this.#window = 0;
      this.#count = 0;
      if (this.#next === this.#text.length) break;
    }
    if (ones > 5) throw new VerifierError('claim_malformed', 'more padding than the last character needs');
    return -1;
  }

  #fill(): void {
    while (this.#count <= 26 && this.#next < this.#text.length) {
      this.#window |= sextetAt(this.#text, this.#next++) << (26 - this.#count);
      this.#count += 6;
    }
  }

  /** Up to 32 bits; a shift by 32 would shift nothing. */
  #drop(length: number): void {
    this.#window = length === 32 ? 0 : this.#window << length;
    this.#count -= length;
  }
}
