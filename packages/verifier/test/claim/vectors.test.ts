import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { indexLayout } from '../../src/claim/layout-index.ts';
import { readClaim } from '../../src/claim/read-claim.ts';
import type { Layout } from '../../src/layout.ts';
import { readLayout } from '../../src/layout-check.ts';
import { BitPermissionSet } from '../../src/permission-set.ts';
import { readPermissions } from '../../src/unverified.ts';

interface Vector {
  readonly note: string;
  readonly layout: string;
  readonly claim: unknown;
  readonly relation?: string;
  readonly held?: readonly string[];
  readonly code?: string;
  readonly asOf?: number;
  readonly isReadByIssuer?: boolean;
}

interface Vectors {
  readonly layouts?: Readonly<Record<string, Layout>>;
  readonly read: readonly Vector[];
  readonly refused: readonly Vector[];
}

function load(name: string): Vectors {
  return JSON.parse(readFileSync(new URL(`../../../../spec/vectors/${name}.json`, import.meta.url), 'utf8'));
}

const claims = load('claims');
const layouts = claims.layouts ?? {};

type Reading = { layout: string; held: string[]; asOf?: object | undefined };
const readers: [string, (value: unknown, layout: Layout) => Reading][] = [
  [
    'the verifier',
    (value, layout) => {
      readLayout(layout);
      const reading = readClaim(value, indexLayout(layout));
      return {
        layout: reading.layout,
        held: [...new BitPermissionSet<string>(reading)].sort(),
        asOf: reading.asOf,
      };
    },
  ],
  [
    'the reader for user interfaces',
    (value, layout) => {
      const permissions = readPermissions({ [layout.claim]: value }, layout);
      return { layout: permissions.layout, held: [...permissions].sort(), asOf: permissions.asOf };
    },
  ],
];

describe.each([
  ['claims', claims],
  ['names', load('names')],
])('%s.json', (_file, vectors) => {
  describe.each(readers)('%s', (_reader, read) => {
    const layoutOf = ({ layout }: Vector): Layout => {
      const found = layouts[layout];
      if (found === undefined) throw new Error(`no layout ${layout} in claims.json`);
      return found;
    };
    test.each(vectors.read)('reads: $note', (vector) => {
      const held = [...(vector.held ?? [])].sort();
      expect(read(vector.claim, layoutOf(vector))).toEqual({
        layout: vector.relation,
        held,
        asOf:
          vector.asOf === undefined ? undefined : { at: vector.asOf, isReadByAction: vector.isReadByIssuer },
      });
    });
    test.each(vectors.refused)('refuses: $note', (vector) => {
      expect(() => read(vector.claim, layoutOf(vector))).toThrow(
        expect.objectContaining({ code: vector.code }),
      );
    });
  });
});
