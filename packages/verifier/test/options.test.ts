import { createLocalJWKSet } from 'jose';
import { describe, expect, test } from 'vitest';
import type { VerifierOptions } from '../src/options.ts';
import { createVerifier } from '../src/verifier.ts';
import type { Name } from './support/issuer.ts';
import { AUDIENCE, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const good: VerifierOptions<Name> = {
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
};
const { audience: _, ...layoutWithoutAudience } = layout;
const generation = { id: 'AAAAAA', permissions: ['a'] };

describe('options that can not work throw at construction, and say why', () => {
  const rows: [string, Record<string, unknown>, RegExp][] = [
    ['no issuer', { issuer: undefined }, /issuer must be a URL/],
    ['an issuer that is no URL', { issuer: 'acme' }, /issuer must be a URL/],
    [
      'an issuer without its slash',
      { issuer: 'https://acme.eu.auth0.com' },
      /issuer must end with a slash.*trailing slash/,
    ],
    ['an issuer over http', { issuer: 'http://acme.eu.auth0.com/' }, /issuer must be an https: URL/],
    ['no audience anywhere', { layout: layoutWithoutAudience }, /audience must be given/],
    ['an empty audience', { audience: '' }, /audience/],
    ['an audience that is a list', { audience: [AUDIENCE] }, /audience/],
    ['no algorithm', { algorithms: [] }, /algorithms must be a list/],
    ['none', { algorithms: ['RS256', 'none'] }, /none and HS256 are never accepted/],
    ['HS256', { algorithms: ['HS256'] }, /none and HS256 are never accepted/],
    ['constructor as algorithm', { algorithms: ['constructor'] }, /algorithms/],
    ['one algorithm as text', { algorithms: 'RS256' }, /algorithms/],
    ['a key set over http', { jwks: 'http://acme.eu.auth0.com/jwks' }, /jwks must be an https: URL/],
    ['a key set that is no URL', { jwks: 'jwks.json' }, /jwks must be/],
    ['a key set of no kind', { jwks: {} }, /jwks must be/],
    ['a key set without keys', { jwks: { keys: [] } }, /at least one public key/],
    ['a tolerance below zero', { clockTolerance: -1 }, /clockTolerance must be a number from 0 to 300/],
    ['a tolerance in milliseconds', { clockTolerance: 5000 }, /clockTolerance/],
    ['a tolerance that is text', { clockTolerance: '5s' }, /clockTolerance/],
    ['a clock that is a date', { clock: new Date() }, /clock must be a function/],
    ['a cache that is a number', { cache: 5 }, /cache must be/],
    ['a fallback that is text', { fallback: 'scope' }, /fallback must be a list/],
    ['an unknown fallback', { fallback: ['roles'] }, /fallback must be a list/],
    [
      'sender-constrained as a boolean',
      { senderConstrained: true },
      /senderConstrained must be refuse or accept/,
    ],
    ['a fallback for nobody known', { fallbackFor: 'users' }, /fallbackFor must be everyone or machines/],
    ['a length of zero', { maxTokenLength: 0 }, /maxTokenLength/],
    ['an option that does not exist', { audiance: AUDIENCE }, /audiance is not an option/],
    ['no layout', { layout: undefined }, /layout must be an object/],
    [
      'a module in place of its export',
      { layout: { default: layout } },
      /layout\.format must be claimgen-layout-1/,
    ],
    ['a layout of another format', { layout: { ...layout, format: 'claimgen-layout-2' } }, /layout\.format/],
    ['a layout without a claim', { layout: { ...layout, claim: '' } }, /layout\.claim/],
    ['lineages that are no list', { layout: { ...layout, lineages: {} } }, /layout\.lineages must be a list/],
    [
      'an id that is too short',
      { layout: { ...layout, lineages: [[{ ...generation, id: 'AAAAA' }]] } },
      /lineages\[0\]\[0\]\.id must be 6/,
    ],
    [
      'an id of other characters',
      { layout: { ...layout, lineages: [[{ ...generation, id: 'AAAA+/' }]] } },
      /\.id must be 6/,
    ],
    [
      'a name twice',
      { layout: { ...layout, lineages: [[generation, { ...generation, id: 'BBBBBB' }]] } },
      /lineages\[0\]\[1\]\.permissions\[0\] is there twice/,
    ],
    [
      'a name that is no text',
      { layout: { ...layout, lineages: [[{ ...generation, permissions: [1] }]] } },
      /permissions\[0\] must be a text/,
    ],
    [
      'lineages that begin alike',
      { layout: { ...layout, lineages: [[generation], [generation]] } },
      /begins with the id of another/,
    ],
    ['an active lineage that is not there', { layout: { ...layout, active: 1 } }, /layout\.active/],
    [
      'an active lineage that was pruned',
      { layout: { ...layout, active: 1, lineages: [[generation], []] } },
      /layout\.active/,
    ],
    [
      'withdrawn that is no list',
      { layout: { ...layout, withdrawn: undefined } },
      /layout\.withdrawn must be a list/,
    ],
  ];
  test.each(rows)('%s', (_title, options, message) => {
    const make = (): unknown => createVerifier({ ...good, ...options } as VerifierOptions<Name>);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

describe('options that work', () => {
  const token = makeToken(key);
  test('an issuer and a key set over http on loopback', () => {
    const issuer = 'http://127.0.0.1:3000/';
    expect(() => createVerifier({ ...good, issuer, jwks: undefined })).not.toThrow();
    expect(() => createVerifier({ ...good, jwks: new URL('http://localhost:1/') })).not.toThrow();
  });
  test('an audience where the layout has none, or another', async () => {
    const own = createVerifier({ ...good, layout: layoutWithoutAudience, audience: AUDIENCE });
    expect((await own.verify(token)).subject).toContain('auth0|');
    const other = createVerifier({ ...good, audience: 'https://billing.acme.example' });
    await expect(other.verify(token)).rejects.toMatchObject({ code: 'audience_refused' });
  });
  test('a function that gives a key set, asked once', async () => {
    let asked = 0;
    const jwks = async (): Promise<unknown> => {
      asked += 1;
      return keySet(key);
    };
    const verifier = createVerifier({ ...good, jwks });
    await Promise.all([
      verifier.verify(token),
      verifier.verify(token),
      verifier.verify(makeToken(key, { claims: { jti: '1' } })),
    ]);
    expect(asked).toBe(1);
  });
  test("jose's function that gives keys", async () => {
    const verifier = createVerifier({ ...good, jwks: createLocalJWKSet(keySet(key, rsaKey('other'))) });
    expect((await verifier.verify(token)).subject).toContain('auth0|');
    await expect(verifier.verify(makeToken(rsaKey('new')))).rejects.toMatchObject({
      code: 'key_unknown',
      status: 401,
    });
    await expect(verifier.verify(`${token.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({
      code: 'signature_invalid',
    });
    // Only the function knows how long its keys are good.
    expect(verifier.lookup(token)).toBeUndefined();
  });
  test("jose's function whose first answer is that there is no such key", async () => {
    const verifier = createVerifier({ ...good, jwks: createLocalJWKSet(keySet(key)) });
    await expect(verifier.verify(makeToken(rsaKey('new')))).rejects.toMatchObject({ code: 'key_unknown' });
    expect((await verifier.verify(token)).subject).toContain('auth0|');
  });
  test('a function that fails is a 503', async () => {
    const verifier = createVerifier({ ...good, jwks: () => Promise.reject(new Error('down')) });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'key_set_unavailable', status: 503 });
  });
  test('several issuers and audiences in one process, each with its own keys', async () => {
    const other = rsaKey('main');
    const issuer = 'https://beta.eu.auth0.com/';
    const beta = createVerifier({ ...good, issuer, jwks: keySet(other) });
    const acme = createVerifier(good);
    const betaToken = makeToken(other, { claims: { iss: issuer } });
    expect((await beta.verify(betaToken)).claims.iss).toBe(issuer);
    expect((await acme.verify(token)).claims.iss).toBe(ISSUER);
    await expect(acme.verify(betaToken)).rejects.toMatchObject({ code: 'signature_invalid' });
    await expect(beta.verify(token)).rejects.toMatchObject({ code: 'signature_invalid' });
  });
});
