import { describe, expect, test } from 'vitest';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { createVerifierOn } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import {
  encode,
  goodClaims,
  ISSUER,
  keySet,
  layout,
  makeToken,
  NOW,
  rsaKey,
  signText,
} from '../support/issuer.ts';

const key = rsaKey('main');
const platforms: [string, Platform | undefined][] = [
  ['node', nodePlatform()],
  ['web', webPlatform],
];

/** A header of so many bytes, rightly signed. */
function withHeaderOf(bytes: number): string {
  const header = { alg: 'RS256', typ: 'JWT', kid: 'main', pad: '' };
  header.pad = 'x'.repeat(bytes - JSON.stringify(header).length);
  return signText(encode(JSON.stringify(header)), encode(JSON.stringify(goodClaims)), key);
}

describe.each(platforms)('the header of a token, on the %s platform,', (_name, inner = webPlatform) => {
  const decoded: number[] = [];
  const platform: Platform = {
    ...inner,
    decodeText: (encoded) => {
      decoded.push(encoded.length);
      return inner.decodeText(encoded);
    },
    decodeBytes: (encoded) => {
      decoded.push(encoded.length);
      return inner.decodeBytes(encoded);
    },
  };
  const asked: unknown[] = [];
  const jwks = (header: unknown): unknown => {
    asked.push(header);
    return keySet(key);
  };
  const options = { issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) };

  test('may have 1,024 bytes', async () => {
    for (const bytes of [100, 1000, 1023, 1024]) {
      const verifier = createVerifierOn(platform, options);
      expect([bytes, await codeOf(verifier.verify(withHeaderOf(bytes)))]).toEqual([bytes, 'verified']);
    }
  });

  test('is refused above that, before anything is decoded or asked for', async () => {
    const verifier = createVerifierOn(platform, { ...options, maxTokenLength: 1_048_576 });
    await verifier.verify(makeToken(key));
    decoded.length = 0;
    asked.length = 0;
    const long = [1025, 1026, 1100, 2000, 10_000, 500_000].map(withHeaderOf);
    const others = [`${'A'.repeat(1_000_000)}.A.A`, `${'{'.repeat(100_000)}.A.A`, `${'.'.repeat(100_000)}`];
    for (const token of [...long, ...others])
      expect(await codeOf(verifier.verify(token))).toBe('token_malformed');
    expect(decoded).toEqual([]);
    expect(asked).toEqual([]);
  });
});
