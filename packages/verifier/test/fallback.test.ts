import { describe, expect, test } from 'vitest';
import type { FallbackClaim } from '../src/claim/read-fallback.ts';
import { createVerifier } from '../src/verifier.ts';
import { CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const jwks = keySet(key);

async function read(
  fallback: FallbackClaim[],
  claims: Record<string, unknown>,
): Promise<{ readFrom: string; names: string[] }> {
  const verifier = createVerifier({
    issuer: ISSUER,
    layout,
    jwks,
    fallback,
    rbacEnforced: true,
    clock: () => new Date(NOW * 1000),
  });
  const access = await verifier.verify(makeToken(key, { claims }));
  return { readFrom: access.readFrom, names: [...access.permissions] };
}

const stock = {
  permissions: ['orders:write', 'other:x', 'constructor'],
  scope: 'openid orders:refund __proto__',
};

describe('fallback', () => {
  test('is not read unless asked for', async () => {
    expect(await read([], { [CLAIM]: undefined, ...stock })).toEqual({ readFrom: 'none', names: [] });
  });
  test('reads the first that the token has, and only the names of the layout', async () => {
    const absent = { [CLAIM]: undefined, ...stock };
    expect(await read(['permissions', 'scope'], absent)).toEqual({
      readFrom: 'permissions',
      names: ['orders:write'],
    });
    expect(await read(['scope', 'permissions'], absent)).toEqual({
      readFrom: 'scope',
      names: ['orders:refund'],
    });
    expect(await read(['permissions', 'scope'], { ...absent, permissions: undefined })).toEqual({
      readFrom: 'scope',
      names: ['orders:refund'],
    });
  });
  test('takes an empty stock claim for an answer', async () => {
    const empty = { [CLAIM]: undefined, ...stock, permissions: [] };
    expect(await read(['permissions', 'scope'], empty)).toEqual({ readFrom: 'permissions', names: [] });
  });
  test('is not read where the claim is there, not even an empty one', async () => {
    expect(await read(['permissions', 'scope'], { [CLAIM]: 'k3Jd9a.A', ...stock })).toEqual({
      readFrom: 'claim',
      names: [],
    });
    expect(await read(['permissions', 'scope'], { [CLAIM]: [], ...stock })).toEqual({
      readFrom: 'claim',
      names: [],
    });
  });
  test.each([
    ['AAAAAA.A', 'layout_unknown'],
    ['x', 'claim_malformed'],
    ['!overflow', 'claim_overflow'],
    [null, 'claim_malformed'],
  ])('is not read where the claim was refused: %j', async (value, code) => {
    await expect(read(['permissions', 'scope'], { [CLAIM]: value, ...stock })).rejects.toMatchObject({
      code,
    });
  });
  test.each([
    ['permissions', 'orders:read'],
    ['permissions', [1]],
    ['permissions', null],
    ['permissions', {}],
    ['scope', ['orders:read']],
    ['scope', 1],
    ['scope', null],
  ] as const)('refuses a stock claim of another type: %s %j', async (claim, value) => {
    await expect(read([claim], { [CLAIM]: undefined, [claim]: value })).rejects.toMatchObject({
      code: 'claim_malformed',
    });
  });
  test('grants no scope of OpenID Connect as a permission, even where the API has one of that name', async () => {
    const names = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'orders:read'];
    const verifier = createVerifier<string>({
      issuer: ISSUER,
      layout: { ...layout, lineages: [[{ id: 'AAAAAA', permissions: names }]] },
      jwks,
      fallback: ['scope'],
      rbacEnforced: true,
      clock: () => new Date(NOW * 1000),
    });
    const token = makeToken(key, { claims: { [CLAIM]: undefined, scope: names.join(' ') } });
    expect([...(await verifier.verify(token)).permissions]).toEqual(['orders:read']);
  });
  test('answers the first question as every later one, and as the list of all', async () => {
    const permissions = ['orders:write', 'other:x', 'constructor', 'invoices:read'];
    const held = new Set(['orders:write', 'invoices:read']);
    const verifier = createVerifier<string>({
      issuer: ISSUER,
      layout: { ...layout, withdrawn: ['orders:refund'] },
      jwks,
      fallback: ['permissions'],
      cache: false,
      clock: () => new Date(NOW * 1000),
    });
    const token = makeToken(key, {
      claims: { [CLAIM]: undefined, permissions: [...permissions, 'orders:refund'] },
    });
    for (const name of [...permissions, 'orders:read', 'orders:refund', '__proto__', '']) {
      const access = await verifier.verify(token);
      expect(access.permissions.has(name)).toBe(held.has(name));
      expect(access.permissions.has(name)).toBe(held.has(name));
      expect(new Set(access.permissions)).toEqual(held);
      expect(access.permissions.size).toBe(2);
    }
  });
  test('reads scope only where RBAC is said to be enforced', () => {
    const options = { issuer: ISSUER, layout, jwks, fallback: ['scope'] as const };
    expect(() => createVerifier(options)).toThrow(/rbacEnforced/);
    expect(() => createVerifier({ ...options, rbacEnforced: false })).toThrow(/rbacEnforced/);
    expect(() => createVerifier({ ...options, rbacEnforced: 'yes' as unknown as boolean })).toThrow(
      /rbacEnforced/,
    );
    expect(() => createVerifier({ ...options, rbacEnforced: true })).not.toThrow();
  });
});
