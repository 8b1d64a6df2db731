import { describe, expect, test } from 'vitest';
import { explainDenial } from '../src/denial.ts';
import type { VerifierError } from '../src/errors.ts';
import { VerifierError as ErrorOfVerifier } from '../src/errors.ts';
import type { Layout } from '../src/layout.ts';
import { createVerifier } from '../src/verifier.ts';
import { CLAIM, ISSUER, keySet, makeToken, NOW, rsaKey, layout as typedLayout } from './support/issuer.ts';

const key = rsaKey('main');
const layout: Layout = { ...typedLayout, withdrawn: ['orders:write'] };
const verifier = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});

async function reasonOf(claims: Record<string, unknown>, permission: string): Promise<string | undefined> {
  const access = await verifier.verify(makeToken(key, { claims })).catch((error: VerifierError) => error);
  return explainDenial(access, permission)?.reason;
}

describe('a denial explains itself', () => {
  const rows: [string, unknown, string, string | undefined][] = [
    ['granted', 'k3Jd9a9fQ2xB.Ao', 'orders:read', undefined],
    ['a misspelt name', 'k3Jd9a9fQ2xB.Ao', 'orders:raed', 'name_unknown'],
    ['constructor', 'k3Jd9a9fQ2xB.Ao', 'constructor', 'name_unknown'],
    ['a withdrawn name', 'k3Jd9a9fQ2xB.A8', 'orders:write', 'not_selected'],
    ['not granted', 'k3Jd9a9fQ2xB.Ao', 'invoices:read', 'not_granted'],
    ['not granted, older token', 'k3Jd9a.A', 'orders:read', 'not_granted'],
    ['added after the token', 'k3Jd9a.Ag', 'orders:refund', 'newer_than_token'],
    ['forked layout', 'k3Jd9aXXXXXX.Ao', 'orders:refund', 'layout_forked'],
    ['forked layout, shared part', 'k3Jd9aXXXXXX.A', 'orders:read', 'not_granted'],
    ['unknown layout', 'AAAAAA.A', 'orders:read', 'layout_unknown'],
    ['malformed claim', 'orders:read', 'orders:read', 'claim_malformed'],
    ['overflow', '!overflow', 'orders:read', 'claim_overflow'],
    ['no claim', undefined, 'orders:read', 'claim_absent'],
    ['names claim', ['orders:refund'], 'orders:read', 'not_granted'],
  ];
  test.each(rows)('%s', async (_title, claim, permission, reason) => {
    expect(await reasonOf({ [CLAIM]: claim }, permission)).toBe(reason);
  });

  test('a fix is for each cause that the reason has', async () => {
    const fixOf = async (claim: string, permission: string) =>
      explainDenial(await verifier.verify(makeToken(key, { claims: { [CLAIM]: claim } })), permission)?.fix;
    const withdrawn = await fixOf('k3Jd9a9fQ2xB.A8', 'orders:write');
    expect(withdrawn).toContain('ask for the permission that replaced it');
    expect(withdrawn).toContain('select it with a pattern');
    const newer = await fixOf('k3Jd9a.Ag', 'orders:refund');
    expect(newer).toContain('grant it to the user');
    expect(newer).toContain('deploy the one that claimgen build wrote');
  });

  test('an absent claim comes with its likely cause', async () => {
    const causes: [Record<string, unknown>, RegExp][] = [
      [{ 'https://acme.example/perms': 'k3Jd9a.A' }, /another claim holds a value in claimgen's format/],
      [{ gty: 'client-credentials' }, /client credentials, for which Auth0 runs no Post-Login Action/],
      [{ permissions: ['orders:read'] }, /_authz token dialect/],
      [{}, /no permission claim/],
    ];
    for (const [claims, cause] of causes) {
      const access = await verifier.verify(makeToken(key, { claims: { [CLAIM]: undefined, ...claims } }));
      const denial = explainDenial(access, 'orders:read');
      expect(denial?.reason).toBe('claim_absent');
      expect(denial?.message).toMatch(cause);
      expect(denial?.fix).not.toBe('');
    }
  });

  test('a permission that was not granted may be in a role that is newer than the Action', async () => {
    const access = await verifier.verify(makeToken(key, { claims: { [CLAIM]: 'k3Jd9a9fQ2xB.Ao' } }));
    const denial = explainDenial(access, 'invoices:read');
    expect(denial?.message).toMatch(
      /did not hold the permission when the token was issued, or the Action's role table is older/,
    );
    expect(denial?.fix).toMatch(/run claimgen build, deploy the Action, then have the user log in again/);
  });

  test('the fallback that is proposed for machines is for machines only', async () => {
    const claims = { [CLAIM]: undefined, gty: 'client-credentials' };
    const denial = explainDenial(await verifier.verify(makeToken(key, { claims })), 'orders:read');
    expect(denial?.fix).toMatch(/fallbackFor: 'machines'/);
  });

  test.each([undefined, null, {}, 1])('%o in place of an access was not authenticated', (value) => {
    expect(explainDenial(value as never, 'orders:read')).toMatchObject({ reason: 'not_authenticated' });
  });

  test('an error that refused the token for another reason has no denial', () => {
    expect(explainDenial(new ErrorOfVerifier('token_expired', 'x'), 'orders:read')).toBeUndefined();
  });
});
