import { describe, expect, test } from 'vitest';
import { readPermissions } from '../src/unverified.ts';
import { CLAIM, goodClaims, layout } from './support/issuer.ts';

describe('permissions of a payload that nobody verified', () => {
  test('can be asked for by name, counted and gone through', () => {
    const permissions = readPermissions(goodClaims, layout);
    expect(permissions.has('orders:read')).toBe(true);
    expect(permissions.has('orders:write')).toBe(false);
    expect(permissions.size).toBe(2);
    expect([...permissions]).toEqual(['orders:read', 'orders:refund']);
    expect(permissions).toMatchObject({ verified: false, layout: 'current' });
  });
  test('are none where the claim is absent', () => {
    expect(readPermissions({}, layout)).toMatchObject({ size: 0, layout: 'absent' });
  });
  test('are refused as the verifier refuses them', () => {
    expect(() => readPermissions({ [CLAIM]: 'AAAAAA.A' }, layout)).toThrow(
      expect.objectContaining({ code: 'layout_unknown' }),
    );
    expect(() => readPermissions({ [CLAIM]: '!overflow' }, layout)).toThrow(
      expect.objectContaining({ code: 'claim_overflow' }),
    );
    expect(() => readPermissions({ [CLAIM]: 1 }, layout)).toThrow(
      expect.objectContaining({ code: 'claim_malformed' }),
    );
  });
});

describe('what can not be read', () => {
  const unreadable: [unknown, string][] = [
    ['AAAAAA.A', 'layout_unknown'],
    ['!overflow', 'claim_overflow'],
    [1, 'claim_malformed'],
    ['k3Jd9a.', 'claim_malformed'],
    [['b', 'a'], 'claim_malformed'],
  ];
  test.each(unreadable)('%j grants nothing where the page says so, and throws elsewhere', (value, code) => {
    const payload = { [CLAIM]: value };
    const none = readPermissions(payload, layout, { onUnreadable: 'none' });
    expect(none).toMatchObject({ size: 0, layout: 'absent', unreadable: code });
    expect([...none]).toEqual([]);
    expect(none.has('orders:read')).toBe(false);
    for (const options of [undefined, {}, { onUnreadable: 'throw' as const }])
      expect(() => readPermissions(payload, layout, options)).toThrow(expect.objectContaining({ code }));
  });
  test('is told apart from what can be', () => {
    expect(readPermissions(goodClaims, layout, { onUnreadable: 'none' })).toMatchObject({
      size: 2,
      layout: 'current',
      unreadable: undefined,
    });
  });
});

test('the payload may be of any type of claims that a decoder gives', () => {
  interface JwtPayload {
    readonly sub?: string;
  }
  const payload: JwtPayload = JSON.parse(JSON.stringify(goodClaims));
  expect(readPermissions(payload, layout).size).toBe(2);
});

test('JSON shows the names', () => {
  expect(JSON.stringify({ permissions: readPermissions(goodClaims, layout) })).toBe(
    '{"permissions":["orders:read","orders:refund"]}',
  );
});

test('a claim of the prototype is none', () => {
  const payload = Object.create({ [CLAIM]: ['orders:read'] }) as object;
  expect(readPermissions(payload, layout).size).toBe(0);
});
