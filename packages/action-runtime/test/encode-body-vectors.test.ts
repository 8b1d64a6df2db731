import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Runs, toPlaces } from '../../../spec/reference.js';
import { encodeBody } from '../src/encode-body.ts';

interface Accepted {
  readonly note: string;
  readonly body: string;
  readonly runs: Runs;
  readonly canonical?: boolean;
}

const { accepted }: { accepted: Accepted[] } = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/bodies.json', import.meta.url), 'utf8'),
);

describe('encodeBody', () => {
  test.each(accepted.filter(({ canonical }) => canonical))('writes $body ($note)', ({ body, runs }) => {
    expect(encodeBody(toPlaces(runs))).toBe(body);
  });

  test.each(accepted.filter(({ canonical }) => canonical === false))(
    'writes something no longer than $body ($note)',
    ({ body, runs }) => {
      const written = encodeBody(toPlaces(runs));
      expect(written).not.toBe(body);
      expect(written.length).toBeLessThanOrEqual(body.length);
    },
  );
});
