import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { vectorFiles } from '../../../../spec/generate-vectors.js';
import { type Runs, toPlaces } from '../../../../spec/reference.js';
import { decodeBody } from '../../src/claim/decode-body.ts';

interface Bodies {
  readonly accepted: readonly { readonly note: string; readonly body: string; readonly runs: Runs }[];
  readonly refused: readonly { readonly note: string; readonly body: string }[];
}

const spec = new URL('../../../../spec/', import.meta.url);
const { accepted, refused }: Bodies = JSON.parse(readFileSync(new URL('vectors/bodies.json', spec), 'utf8'));

describe('the vectors', () => {
  test('are what the generator writes', () => {
    const files = vectorFiles();
    expect(readdirSync(new URL('vectors/', spec)).sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files) {
      expect(readFileSync(new URL(`vectors/${name}`, spec), 'utf8'), name).toBe(text);
    }
  });

  test('contain the worked examples of the format', () => {
    const format = readFileSync(new URL('claim-format.md', spec), 'utf8');
    const examples = accepted.filter(({ note }) => note.startsWith('example'));
    expect(examples).toHaveLength(4);
    for (const { note, body } of examples) expect(format, note).toContain(`\`${body}\``);
  });

  test('pass in the decoder in Python', (context) => {
    const { status, stdout, error } = spawnSync('python3', [fileURLToPath(new URL('decode.py', spec))], {
      encoding: 'utf8',
    });
    if (error !== undefined && process.env['CI'] === undefined) context.skip('no python3 here');
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/^(\d+) of \1 vectors pass\n$/);
    expect(status).toBe(0);
  });
});

describe('decodeBody', () => {
  test.each(accepted)('accepts $body ($note)', ({ body, runs }) => {
    const end = runs.at(-1)?.[1] ?? 0;
    for (const size of [0, 1, 7, end - 1, end, end + 9].filter((places) => places >= 0 && places < 200_000)) {
      const { bits, overflow } = decodeBody(body, size);
      const expected = new Uint8Array(Math.ceil(size / 8));
      for (const place of toPlaces(runs, size))
        expected[place >> 3] = (expected[place >> 3] ?? 0) | (0x80 >> (place & 7));
      expect(bits).toEqual(expected);
      expect(overflow).toBe(end > size);
    }
  });

  test.each(refused)('refuses $body ($note)', ({ body }) => {
    expect(() => decodeBody(body, 100)).toThrow(expect.objectContaining({ code: 'claim_malformed' }));
  });
});
