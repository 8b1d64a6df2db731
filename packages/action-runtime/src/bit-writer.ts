/** base64url: RFC 4648, section 5. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Writes a bit stream, most significant bit first, as base64url characters of six bits. */
export class BitWriter {
  #text = '';
  #pending = 0;
  #count = 0;

  /** The low bits of value, length of them: at most 24, which with five pending ones fit 32. */
  write(value: number, length: number): void {
    this.#pending = (this.#pending << length) | value;
    this.#count += length;
    while (this.#count >= 6) {
      this.#count -= 6;
      this.#text += ALPHABET.charAt((this.#pending >>> this.#count) & 63);
    }
    this.#pending &= (1 << this.#count) - 1;
  }

  /** As many ones as count says, then a zero. */
  writeUnary(count: number): void {
    let left = count;
    for (; left >= 12; left -= 12) this.write(0xfff, 12);
    this.write((1 << (left + 1)) - 2, left + 1);
  }

  /** The text, its last character filled up with ones. */
  finish(): string {
    const padding = (6 - this.#count) % 6;
    this.write((1 << padding) - 1, padding);
    return this.#text;
  }
}
