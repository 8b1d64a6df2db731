import { afterEach, describe, expect, test, vi } from 'vitest';
import { isNode } from '../../src/platform/is-node.ts';
import type { SignatureCheck } from '../../src/platform/platform.ts';
import { tryOut } from '../../src/platform/try-out.ts';
import { splitToken } from '../../src/token/compact.ts';

const token = splitToken('a.b.c', 10);
const right = Uint8Array.of(1, 2, 3);
const wrong = Uint8Array.of(1, 2, 4);
const check = (_token: unknown, signature: Uint8Array): boolean => signature.join() === right.join();

/** How often each way was asked, over five rounds of a wrong and a right signature. */
async function rounds(fast: () => SignatureCheck): Promise<{ portable: number; fast: number }> {
  const asked = { portable: 0, fast: 0 };
  const portable: SignatureCheck = async (given, signature) => {
    asked.portable += 1;
    return check(given, signature);
  };
  const counted = (): SignatureCheck => {
    const inner = fast();
    return (given, signature) => {
      asked.fast += 1;
      return inner(given, signature);
    };
  };
  const tried = tryOut(counted, portable);
  for (let round = 0; round < 5; round += 1) {
    // In memory of their own, which the next token overwrites.
    const memory = wrong.slice();
    const first = tried(token, memory);
    memory.fill(9);
    expect(await first).toBe(false);
    expect(await tried(token, right.slice())).toBe(true);
  }
  return asked;
}

describe('a faster way to check signatures', () => {
  test('is taken once it has said the same as the portable one', async () => {
    // A wrong signature first; the right one after it is checked by both, and changed once more.
    expect(await rounds(() => check)).toEqual({ portable: 2, fast: 10 });
  });

  test.each<[string, () => SignatureCheck]>([
    [
      'can not be prepared',
      () => {
        throw new TypeError('The "options.key" property must be of type string');
      },
    ],
    [
      'throws',
      () => () => {
        throw new TypeError('The "options.key" property must be of type string');
      },
    ],
    ['refuses right signatures', () => () => false],
    ['accepts wrong signatures', () => () => true],
    ['answers with promises', () => async (given, signature) => check(given, signature)],
    ['answers with something else', () => () => 1 as never],
  ])('is never taken where it %s', async (_title, fast) => {
    const asked = await rounds(fast);
    expect(asked.portable).toBe(10);
    expect(asked.fast).toBeLessThanOrEqual(2);
  });
});

describe('what is Node', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const { versions, release } = process;
  const pretend = (change: Record<string, unknown>): unknown =>
    vi.stubGlobal('process', {
      ...process,
      getBuiltinModule: process.getBuiltinModule,
      versions,
      release,
      ...change,
    });

  test('is this', () => {
    expect(isNode()).toBe(true);
    pretend({});
    expect(isNode()).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ['Bun', { versions: { ...versions, bun: '1.4.5' } }],
    ['Deno', { versions: { ...versions, deno: '2.9.6' } }],
    ['workerd', { versions: { ...versions, workerd: '1' } }],
    ['a runtime of another name', { release: { name: 'llrt' } }],
    ['a runtime without libuv', { versions: { node: '22.0.0', v8: '12' } }],
    ['a Node without getBuiltinModule', { getBuiltinModule: undefined }],
    ['a browser', { versions: {}, release: undefined, getBuiltinModule: undefined }],
  ])('is not %s', (_title, change) => {
    pretend(change);
    expect(isNode()).toBe(false);
  });

  test('is not what calls itself otherwise', () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    expect(isNode()).toBe(false);
    vi.stubGlobal('navigator', { userAgent: 'Node.js/24' });
    expect(isNode()).toBe(true);
  });
});
