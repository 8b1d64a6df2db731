import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../spec/generate/random.js';
import { chooseBody, readBody, toPlaces, toRuns } from '../../../../spec/reference.js';
import { encodeBody } from '../../../action-runtime/src/encode-body.ts';
import { decodeBody } from '../../src/claim/decode-body.ts';
import { VerifierError } from '../../src/errors.ts';

// Every input is judged by the slow reference of spec/: CLAIMGEN_FUZZ_RUNS says how many, CLAIMGEN_FUZZ_SEED which.
const runs = Number(process.env['CLAIMGEN_FUZZ_RUNS'] ?? 5_000);
const seed = Number(process.env['CLAIMGEN_FUZZ_SEED'] ?? 1);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const corpus: string[] = Object.values(
  JSON.parse(
    readFileSync(new URL('../../../../spec/vectors/bodies.json', import.meta.url), 'utf8'),
  ) as Record<string, { body: string }[]>,
)
  .flat()
  .map(({ body }) => body)
  .filter((body) => body.length < 100);

type Random = (n: number) => number;

function pick<T>(random: Random, list: ArrayLike<T>): T {
  return list[random(list.length)] as T;
}

function randomText(random: Random): string {
  const first = pick(random, ['A', 'Q', 'R', 'S', 'g', 'h', ALPHABET]);
  const letters = pick(random, [ALPHABET, 'A_', 'AQgw_', 'AAAAAAAAE', '________-']);
  return pick(random, first) + Array.from({ length: random(14) }, () => pick(random, letters)).join('');
}

/** A text of the corpus with a piece of it changed, dropped, doubled, or joined to another's. */
function mutated(random: Random): string {
  const text = pick(random, corpus);
  const at = random(text.length + 1);
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + pick(random, ALPHABET) + text.slice(at + 1);
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + pick(random, corpus).slice(random(6));
    case 3:
      return text.slice(0, at) + String.fromCharCode(random(random(2) === 0 ? 128 : 65_536)) + text.slice(at);
    default:
      return text + pick(random, ['A', '_', '__', 'P', '=', text]);
  }
}

/** What the decoder makes of a text: the set of places below size and whether there are more; or refused. */
function decoded(body: string, size: number): { bits: Uint8Array; overflow: boolean } | 'refused' {
  try {
    return decodeBody(body, size);
  } catch (error) {
    if (error instanceof VerifierError && error.code === 'claim_malformed') return 'refused';
    throw error;
  }
}

function judged(body: string, size: number): { bits: Uint8Array; overflow: boolean } | 'refused' {
  const read = readBody(body);
  if (read === null) return 'refused';
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (const place of toPlaces(read.runs, size))
    bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7));
  return { bits, overflow: (read.runs.at(-1)?.[1] ?? 0) > size };
}

function same(one: ReturnType<typeof judged>, other: ReturnType<typeof judged>): boolean {
  if (one === 'refused' || other === 'refused') return one === other;
  return one.overflow === other.overflow && Buffer.compare(one.bits, other.bits) === 0;
}

describe('decodeBody, fuzzed', () => {
  test.each([
    ['random texts', randomText],
    ['mutants of the vectors', mutated],
  ])('agrees with the reference on %s', (_, next) => {
    const random = seeded(seed);
    let accepted = 0;
    for (let i = 0; i < runs / 2; i++) {
      const body = next(random);
      const size = random(random(2) === 0 ? 40 : 2_000);
      const got = decoded(body, size);
      if (got !== 'refused') accepted++;
      if (!same(got, judged(body, size))) expect.fail(`differs on ${JSON.stringify(body)} of ${size} places`);
    }
    // Both kinds of input must be met, or the comparison shows nothing.
    expect(accepted).toBeGreaterThan(runs / 20);
    expect(accepted).toBeLessThan((runs / 2) * 0.95);
  });

  test('gives back every set that was encoded, in at most 1 + ceil(N / 6) characters', () => {
    const random = seeded(seed + 1);
    for (let i = 0; i < runs / 5; i++) {
      const size = 1 + random(random(10) === 0 ? 3_000 : 120);
      const stay = 1 + random(8);
      const leave = 1 + random(40);
      const places: number[] = [];
      let held = random(2) === 0;
      for (let place = 0; place < size; place++) {
        if (random(held ? stay : leave) === 0) held = !held;
        if (held) places.push(place);
      }
      const body = encodeBody(places);
      if (body.length > 1 + Math.ceil(size / 6)) expect.fail(`too long for ${places}`);
      if (size < 60 && i % 20 === 0 && body !== chooseBody(toRuns(places)))
        expect.fail(`not the best for ${places}`);
      if (!same(decoded(body, size), judged(body, size))) expect.fail(`differs on ${body}`);
      const all = readBody(body);
      if (all === null || toPlaces(all.runs).join() !== places.join()) expect.fail(`lost places of ${body}`);
    }
  });
});
