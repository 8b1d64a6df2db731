import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generationIds } from '../../src/layout/ids.ts';

interface IdVector {
  readonly note: string;
  readonly audience: string;
  readonly lineage: number;
  readonly generations: readonly (readonly string[])[];
  readonly ids: readonly string[];
}

const { ids: vectors } = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/ids.json', import.meta.url), 'utf8'),
) as { ids: readonly IdVector[] };

it.each(vectors)(
  'names generations as the specification does: $note',
  ({ audience, lineage, generations, ids }) => {
    expect(generationIds(audience, lineage, generations)).toEqual(ids);
  },
);
