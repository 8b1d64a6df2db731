// Reads what was kept in the cache: the body of a claim.
import { ALPHABET } from '../../bit-writer.ts';

/**
 * The places of a body as encodeBody writes it, without those from `limit` on; of another text, any
 * places.
 * Source: spec/claim-format.md, "The body".
 */
export function decodeBody(text: string, limit: number): number[] {
  const bits = [...text].flatMap((character) => {
    const sextet = ALPHABET.indexOf(character);
    return [5, 4, 3, 2, 1, 0].map((shift) => (sextet >> shift) & 1);
  });
  const places: number[] = [];
  let at = 0;
  const binary = (length: number): number => {
    let value = 0;
    for (const end = at + length; at < end; at++) value = 2 * value + (bits[at] ?? 0);
    return value;
  };
  const unary = (): number => {
    const start = at;
    while (bits[at] === 1) at++;
    return at++ - start;
  };
  const expGolomb = (parameter: number): number => {
    const length = parameter + unary();
    return 2 ** length + binary(length) - 2 ** parameter;
  };

  const mode = binary(2);
  const first = binary(4);
  if (mode === 0) {
    bits.slice(at).forEach((bit, place) => {
      if (bit === 1 && place < limit) places.push(place);
    });
    return places;
  }
  const second = mode === 2 ? binary(4) : 0;
  // Numbers hold a zero, the padding does not.
  for (let place = 0; place < limit && bits.indexOf(0, at) >= 0; ) {
    place += mode === 1 ? unary() * 2 ** first + binary(first) : expGolomb(first);
    const end = place + 1 + (mode === 1 ? 0 : expGolomb(second));
    for (; place < Math.min(end, limit); place++) places.push(place);
  }
  return places;
}
