import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { KEY_KINDS } from '../../src/algorithms.ts';
import { explainDenial } from '../../src/denial.ts';
import { createTestIssuer, testAccess } from '../../src/testing.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import type { Name } from '../support/issuer.ts';
import { AUDIENCE, layout } from '../support/issuer.ts';

const NAMES: readonly Name[] = ['orders:read', 'orders:write', 'orders:refund', 'invoices:read'];
const withdrawn = { ...layout, withdrawn: ['orders:write'] };

describe('an access for a test', () => {
  test('grants exactly the permissions that it was given, as a verified one would', async () => {
    const issuer = await createTestIssuer(layout);
    const verifier = createVerifier(issuer.options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...NAMES)), async (permissions) => {
        const access = testAccess(layout, permissions);
        const verified = await verifier.verify(await issuer.sign({ permissions }));
        expect(new Set(access.permissions)).toEqual(new Set(permissions));
        expect(JSON.stringify(access)).toBe(JSON.stringify(verified));
        for (const name of NAMES) {
          expect(access.permissions.has(name)).toBe(permissions.includes(name));
          expect(explainDenial(access, name)).toEqual(explainDenial(verified, name));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('has the subject and the claims that it was given, frozen', () => {
    const access = testAccess(layout, [], {
      subject: 'auth0|9',
      claims: { org_id: 'org_1', nested: { a: 1 } },
    });
    expect(access.subject).toBe('auth0|9');
    expect(access.claims).toMatchObject({ sub: 'auth0|9', org_id: 'org_1', aud: AUDIENCE });
    expect(Object.isFrozen(access.claims['nested'])).toBe(true);
  });

  test.each<[string, () => unknown]>([
    ['a name that the layout does not have', () => testAccess(layout, ['orders:raed' as Name])],
    ['a name that was withdrawn', () => testAccess(withdrawn, ['orders:write'])],
    ['a name of Object.prototype', () => testAccess(layout, ['constructor' as Name])],
    ['one name in place of an array', () => testAccess(layout, 'orders:read' as never)],
    ['an option that does not exist', () => testAccess(layout, [], { sub: 'x' } as never)],
    ['no layout', () => testAccess({} as never, [])],
  ])('is not made with %s', (_, make) => {
    expect(make).toThrow(TypeError);
  });
});

describe('an issuer for a test', () => {
  test.each(Object.keys(KEY_KINDS) as Algorithm[])('signs with %s', async (algorithm) => {
    const issuer = await createTestIssuer(layout, { algorithm });
    const access = await createVerifier(issuer.options).verify(
      await issuer.sign({ permissions: ['orders:read'] }),
    );
    expect([...access.permissions]).toEqual(['orders:read']);
  });

  test('signs tokens that are refused as real ones are', async () => {
    const issuer = await createTestIssuer(layout);
    const verifier = createVerifier(issuer.options);
    const verdict = async (...token: Parameters<typeof issuer.sign>) =>
      codeOf(verifier.verify(await issuer.sign(...token)));
    expect(await verdict()).toBe('verified');
    expect(await verdict({ expiresIn: -60 })).toBe('token_expired');
    expect(await verdict({ claims: { aud: 'https://other.example' } })).toBe('audience_refused');
    expect(await verdict({ claims: { sub: undefined } })).toBe('subject_refused');
    expect(await verdict({ claims: { cnf: { jkt: 'x' } } })).toBe('token_sender_constrained');
    const other = await createTestIssuer(layout);
    expect(await codeOf(verifier.verify(await other.sign()))).toBe('signature_invalid');
  });

  test('signs a token without the claim, like one for client credentials', async () => {
    const issuer = await createTestIssuer(layout);
    const access = await createVerifier(issuer.options).verify(await issuer.sign({ subject: 'id@clients' }));
    expect([access.layout, access.permissions.size]).toEqual(['absent', 0]);
  });

  test('stands for the issuer that the settings of the API name, where the layout has no audience, too', async () => {
    const { audience: _, ...open } = layout;
    const options = { issuer: 'https://acme.eu.auth0.com/', audience: 'https://api.acme.com' };
    const issuer = await createTestIssuer(open, options);
    const { claims } = await createVerifier(issuer.options).verify(await issuer.sign());
    expect([claims.iss, claims.aud]).toEqual([options.issuer, options.audience]);
    await expect(createTestIssuer(open)).rejects.toThrow(/audience is required/);
  });

  test('signs no misspelt permission, and takes no option that does not exist', async () => {
    const issuer = await createTestIssuer(layout);
    // @ts-expect-error no such permission
    await expect(issuer.sign({ permissions: ['orders:raed'] })).rejects.toThrow(TypeError);
    await expect(issuer.sign({ permission: [] } as never)).rejects.toThrow(TypeError);
    await expect(createTestIssuer(layout, { isuer: 'x' } as never)).rejects.toThrow(TypeError);
  });
});
