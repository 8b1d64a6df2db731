import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Runs, toPlaces } from '../../../../../spec/reference.js';
import { decodeBody } from '../../../src/sources/management-api/decode-body.ts';

interface Accepted {
  readonly note: string;
  readonly body: string;
  readonly runs: Runs;
  readonly canonical?: boolean;
}

const { accepted }: { accepted: Accepted[] } = JSON.parse(
  readFileSync(new URL('../../../../../spec/vectors/bodies.json', import.meta.url), 'utf8'),
);
const written = accepted
  .filter(({ canonical }) => canonical)
  .map(({ note, body, runs }) => ({ note, body, places: toPlaces(runs) }));

describe('decodeBody', () => {
  it.each(written)('reads $body ($note)', ({ body, places }) => {
    expect(decodeBody(body, (places.at(-1) ?? 0) + 1)).toEqual(places);
  });

  it.each(written.filter(({ places }) => places.length > 0))(
    'leaves out the places of $body from a limit on ($note)',
    ({ body, places }) => {
      for (const limit of new Set([0, places[0] ?? 0, places[places.length >> 1] ?? 0, places.at(-1) ?? 0])) {
        const kept = places.filter((place) => place < limit);
        expect(decodeBody(body, limit)).toEqual(kept);
      }
    },
  );

  it.each(['', '!', '____', 'f', '_'.repeat(500)])(
    'gives ascending places also of %j, which is no body',
    (text) => {
      expect(decodeBody(text, 10)).toEqual([...new Set(decodeBody(text, 10))].sort((a, b) => a - b));
    },
  );
});
