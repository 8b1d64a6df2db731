import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Access } from '../src/access.ts';
import { hasAllPermissions, hasAnyPermission, hasPermission } from '../src/access.ts';
import type { VerifierError } from '../src/errors.ts';
import { isVerifierError } from '../src/errors.ts';
import type { Layout } from '../src/layout.ts';
import { requireAllPermissions, requireAnyPermission, requirePermission } from '../src/require-permission.ts';
import { readPermissions } from '../src/unverified.ts';
import { createVerifier } from '../src/verifier.ts';
import type { Name } from './support/issuer.ts';
import { CLAIM, CLAIM_VALUE, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const jwks = keySet(key);
const clock = (): Date => new Date(NOW * 1000);
const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock });
const token = makeToken(key);
const access = await verifier.verify(token);

describe('an access', () => {
  test('answers for single names, for all and for any', () => {
    expect(hasPermission(access, 'orders:read')).toBe(true);
    expect(hasPermission(access, 'orders:write')).toBe(false);
    expect(hasAllPermissions(access, ['orders:read', 'orders:refund'])).toBe(true);
    expect(hasAllPermissions(access, ['orders:read', 'orders:write'])).toBe(false);
    expect(hasAllPermissions(access, [])).toBe(true);
    expect(hasAnyPermission(access, ['orders:write', 'orders:refund'])).toBe(true);
    expect(hasAnyPermission(access, ['orders:write'])).toBe(false);
    expect(hasAnyPermission(access, [])).toBe(false);
  });

  test('can be counted and gone through', () => {
    expect(access.permissions.size).toBe(2);
    expect([...access.permissions]).toEqual(['orders:read', 'orders:refund']);
    expect([...access.permissions]).toHaveLength(2);
  });

  test('knows subject, claims, layout and where it was read', () => {
    expect(access).toMatchObject({
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      layout: 'current',
      readFrom: 'claim',
    });
    expect(access.claims[CLAIM]).toBe(CLAIM_VALUE);
  });

  test.each([
    '',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'orders',
    'orders:read ',
    'ORDERS:READ',
    '0',
  ])('grants nothing to the unknown name %j, and does not throw', (name) => {
    expect(hasPermission(access as Access, name)).toBe(false);
    expect(hasAnyPermission(access as Access, [name])).toBe(false);
  });

  test.each([undefined, null, 0, {}, [], Symbol('x')])('grants nothing to %s, which is no name', (name) => {
    expect(hasPermission(access as Access, name as unknown as string)).toBe(false);
  });

  test('is shown with its permissions, and without the token and its claims, by JSON and by Node', () => {
    const json = {
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      layout: 'current',
      readFrom: 'claim',
      permissions: ['orders:read', 'orders:refund'],
    };
    expect(JSON.parse(JSON.stringify({ access }))).toEqual({ access: json });
    expect(JSON.stringify(access.permissions)).toBe('["orders:read","orders:refund"]');
    expect(inspect(access.permissions)).toBe("PermissionSet [ 'orders:read', 'orders:refund' ]");
    expect(inspect(access)).toMatchInlineSnapshot(`
      "Access {
        subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
        layout: 'current',
        readFrom: 'claim',
        permissions: PermissionSet [ 'orders:read', 'orders:refund' ]
      }"
    `);
    for (const shown of [
      JSON.stringify(access),
      inspect(access, { depth: 9, showHidden: true }),
      inspect({ access }),
    ]) {
      for (const secret of [CLAIM_VALUE, ISSUER, 'my_client_id', 'openid profile', token.slice(-20)])
        expect(shown).not.toContain(secret);
    }
    expect(access.claims['azp']).toBe('my_client_id');
  });

  test('of a stock claim is shown the same way', async () => {
    const reading = createVerifier({ issuer: ISSUER, layout, jwks, clock, fallback: ['permissions'] });
    const permissions = ['invoices:read', 'other', 'orders:read', 'orders:read'];
    const read = await reading.verify(makeToken(key, { claims: { [CLAIM]: undefined, permissions } }));
    expect(JSON.stringify(read.permissions)).toBe('["orders:read","invoices:read"]');
    expect(inspect(read.permissions)).toBe("PermissionSet [ 'orders:read', 'invoices:read' ]");
    expect(read.permissions.size).toBe(2);
  });
});

describe('what is no access', () => {
  const none: unknown[] = [undefined, null, 0, '', 'orders:read', true, {}, [], { permissions: {} }];
  const sets: unknown[] = [readPermissions({ [CLAIM]: ['orders:read'] }, layout), new Set(['orders:read'])];
  test.each([...none, ...sets])('grants nothing, without an error: %o', (value) => {
    const given = value as Access<Name>;
    expect(hasPermission(given, 'orders:read')).toBe(false);
    expect(hasAllPermissions(given, ['orders:read'])).toBe(false);
    expect(hasAllPermissions(given, [])).toBe(false);
    expect(hasAnyPermission(given, ['orders:read'])).toBe(false);
    expect(() => requirePermission(given, 'orders:read')).toThrow();
  });

  test.each([undefined, null])(
    'is a request without a token to requirePermission where it is %s',
    (value) => {
      expect(() => requirePermission(value as unknown as Access<Name>, 'orders:read')).toThrow(
        expect.objectContaining({ code: 'token_missing', status: 401, wwwAuthenticate: 'Bearer' }),
      );
    },
  );

  test('of another kind is a fault to requirePermission', () => {
    expect(() => requirePermission({} as Access<Name>, 'orders:read')).toThrow(TypeError);
  });

  test.each([undefined, null, 'orders:read', new Set(['orders:read']), { length: 1, 0: 'orders:read' }])(
    'and names that are no array, such as %o, are granted nothing',
    (names) => {
      expect(hasAllPermissions(access, names as never)).toBe(false);
      expect(hasAnyPermission(access, names as never)).toBe(false);
    },
  );
});

describe('requirePermission', () => {
  test('lets a permission pass that is granted', () => {
    expect(() => requirePermission(access, 'orders:read')).not.toThrow();
  });

  test.each([undefined, null, '', 1])(
    'throws a TypeError for %o, which a misspelt constant may be',
    (name) => {
      const wrong = name as unknown as Name;
      expect(() => requirePermission(access, wrong)).toThrow(TypeError);
      expect(() => requireAllPermissions(access, ['orders:read', wrong])).toThrow(TypeError);
      expect(() => requireAllPermissions(access, [wrong, 'orders:write'])).toThrow(TypeError);
      expect(() => requireAnyPermission(access, [wrong])).toThrow();
    },
  );

  test('throws a 403 that names the permission for the client, and explains itself in its cause alone', () => {
    let thrown: unknown;
    try {
      requirePermission(access, 'orders:write');
    } catch (error) {
      thrown = error;
    }
    expect(isVerifierError(thrown)).toBe(true);
    const error = thrown as VerifierError;
    expect(error).toMatchObject({ code: 'insufficient_scope', status: 403, required: ['orders:write'] });
    expect(error.wwwAuthenticate).toBe(
      'Bearer error="insufficient_scope", error_description="The token does not grant the required permission", scope="orders:write"',
    );
    expect(error.cause).toMatchObject({ reason: 'not_granted' });
  });

  test.each(['a"b', 'a\\b', '\u00e9', 'a\r\nX: 1'])(
    'never puts the name %j, which no header holds, into one',
    (name) => {
      const refusal = (): void => requirePermission(access as Access, name);
      expect(refusal).toThrow(
        expect.objectContaining({ wwwAuthenticate: expect.not.stringContaining('scope="') }),
      );
    },
  );
});

describe('types', () => {
  test('a misspelt name, another audience or an unverified set does not compile', () => {
    const billing = {} as Access<'billing:read'>;
    const unverified = readPermissions({}, layout);
    const misuse = (): void => {
      // @ts-expect-error: the name is misspelt
      hasPermission(access, 'orders:raed');
      // @ts-expect-error: one of the names is misspelt
      hasAllPermissions(access, ['orders:read', 'orders:raed']);
      // @ts-expect-error: one of the names is misspelt
      hasAnyPermission(access, ['orders:raed']);
      // @ts-expect-error: the name is misspelt
      requirePermission(access, 'orders:raed');
      // @ts-expect-error: a name of another audience
      hasPermission(billing, 'orders:read');
      // @ts-expect-error: nobody verified it
      hasPermission(unverified, 'orders:read');
      // @ts-expect-error: the issuer is missing
      createVerifier({ layout });
    };
    expect(misuse).toThrow();
    const parsed: Layout = JSON.parse(JSON.stringify(layout));
    const fromJson = createVerifier({ issuer: ISSUER, layout: parsed, jwks, clock });
    const typed: Promise<Access<Name>> = verifier.verify('');
    const untyped: Promise<Access<string>> = fromJson.verify('');
    return Promise.all([expect(typed).rejects.toThrow(), expect(untyped).rejects.toThrow()]);
  });
});

test('isVerifierError knows errors of another copy of the package, and nothing else', async () => {
  const other = (await import(`${'../src/errors.ts'}?copy`)) as typeof import('../src/errors.ts');
  const error = new other.VerifierError('token_expired', 'x');
  expect(isVerifierError(error)).toBe(true);
  for (const value of [new Error('x'), { code: 'token_expired' }, undefined, null, 'x']) {
    expect(isVerifierError(value)).toBe(false);
  }
});
