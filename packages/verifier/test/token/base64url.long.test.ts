import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { webPlatform } from '../../src/platform/web.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);
const platforms: [string, Platform | undefined][] = [
  ['node', nodePlatform()],
  ['web', webPlatform],
];

/** Every character that a part of a split token can have. */
const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => !'+/.'.includes(character),
);

/** RFC 4648, section 3.5, in other words: what an encoder gives for the bytes that come of it. */
function canonicalBytes(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes.toString('hex') : undefined;
}

describe.each(platforms)('base64url on the %s platform', (_name, platform) => {
  const decode = (text: string): string | undefined => {
    const bytes = platform?.decodeBytes(text);
    return bytes && Buffer.from(bytes).toString('hex');
  };
  const differing = (texts: readonly string[]): string[] =>
    texts.filter((text) => decode(text) !== canonicalBytes(text));

  test('decodes the canonical spelling alone, of every text of up to two characters', () => {
    const pairs = CHARACTERS.flatMap((first) => CHARACTERS.map((second) => first + second));
    expect(differing(['', ...CHARACTERS, ...pairs])).toEqual([]);
  });

  test('decodes the canonical spelling alone, with every character at every place of a longer text', () => {
    const texts = ['AQIDBAUGBwg', 'AQIDBAUGBwgJ', `${'AQID'.repeat(100)}AQ`].flatMap((text) =>
      Array.from(text, (_, at) =>
        CHARACTERS.flatMap((other) => [
          text.slice(0, at) + other + text.slice(at + 1),
          text.slice(0, at) + other + text.slice(at),
        ]),
      ).flat(),
    );
    expect(differing(texts)).toEqual([]);
    // V8 holds a part of a text with wider characters in 2 bytes each.
    const wide = `\u0141${texts.join('\u0141')}`.split('\u0141').slice(1);
    expect(wide.length).toBe(texts.length);
    expect(differing(wide)).toEqual([]);
  });

  test('decodes the canonical spelling alone, of anything', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.string({ unit: fc.constantFrom(...'AQgw09-_=\n '), maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 40 }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(decode(text)).toBe(canonicalBytes(text));
      }),
      { numRuns: runs },
    );
  });
});
