// Which URLs are the same: RFC 9449, section 4.3. The cases of auth0-api-js and express-oauth2-jwt-bearer are among them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalUrl } from '../../src/proofs/normal-url.ts';

test.each([
  ['https://api.example.com/path', 'https://api.example.com/path'],
  ['https://api.example.com/resource?foo=bar#hash', 'https://api.example.com/resource'],
  ['https://api.example.com/resource/?abc=def', 'https://api.example.com/resource/'],
  ['https://api.example.com:8443/resource?foo=bar', 'https://api.example.com:8443/resource'],
  ['https://user:pass@api.example.com/resource?foo=bar', 'https://api.example.com/resource'],
  ['http://localhost:3000/path?debug=true#frag', 'http://localhost:3000/path'],
  ['http://127.0.0.1:4000/test?foo=bar', 'http://127.0.0.1:4000/test'],
  ['http://my_service:8080/resource?foo=bar', 'http://my_service:8080/resource'],
  ['HTTPS://API.EXAMPLE.COM:8443/A/Path?Q=1#F', 'https://api.example.com:8443/A/Path'],
  ['https://api.example.com:443/path', 'https://api.example.com/path'],
  ['http://api.example.com:80/path?x=1#y', 'http://api.example.com/path'],
  ['https://api.example.com', 'https://api.example.com/'],
  ['https://api.example.com?x=1', 'https://api.example.com/'],
  ['https://api.example.com/path%2fto%2fresource', 'https://api.example.com/path%2Fto%2Fresource'],
  [
    'https://api.example.com/%7Euser/path%2Fwith%2Fslash',
    'https://api.example.com/~user/path%2Fwith%2Fslash',
  ],
  ['https://api.example.com/path/../resource/./file.txt', 'https://api.example.com/resource/file.txt'],
  ['https://api.example.com/a/%2e%2e/b', 'https://api.example.com/b'],
  ['https://api.example.com/a/%252e%252e/b', 'https://api.example.com/a/%252e%252e/b'],
  ['https://api.example.com//double/slash?x=1#y', 'https://api.example.com//double/slash'],
  ['https://api.example.com/https://evil.example.com/', 'https://api.example.com/https://evil.example.com/'],
  ['http://[::1]/path?x=1#y', 'http://[::1]/path'],
  ['http://[2001:db8::1]:8080/alpha?x=1#y', 'http://[2001:db8::1]:8080/alpha'],
  ['http://[::ffff:192.0.2.128]:3000/x', 'http://[::ffff:c000:280]:3000/x'],
  ['https://xn--bcher-kva.de/path', 'https://xn--bcher-kva.de/path'],
  ['https://bücher.de/weg', 'https://xn--bcher-kva.de/weg'],
  ['https://example.com./x', 'https://example.com./x'],
  ['https://api.example.com/price/%e2%82%ac', 'https://api.example.com/price/%E2%82%AC'],
  ['https://api.example.com/price/€', 'https://api.example.com/price/%E2%82%AC'],
  ['https://https//resource.com/path', 'https://https//resource.com/path'],
])('%s is %s', (url, normal) => {
  expect(normalUrl(url)).toBe(normal);
  expect(normalUrl(normal)).toBe(normal);
});

test.each<[unknown]>([
  ['ht!tp:/broken-url'],
  [':://foo.bar?x=1'],
  ['::::://'],
  ['https://ho!st.example :x/path'],
  ['https://api.example.com:999999/path'],
  ['http://[2001:db8::1/path'],
  ['https:/api.example.com/x'],
  ['https:\\\\api.example.com/x'],
  ['https://\\api.example.com/x'],
  ['https://api.example.com/a\\b'],
  ['https://api.example.com/a b'],
  ['https://api.example.com/a\tb'],
  ['https://api.example.com/\u0000'],
  ['\nhttps://api.example.com/'],
  ['https://'],
  ['https:///path'],
  ['/path'],
  ['ftp://api.example.com/'],
  ['javascript:alert(1)'],
  [''],
  [undefined],
  [null],
  [1],
  [['https://api.example.com/']],
  [new URL('https://api.example.com/')],
])('%j is none', (url) => {
  expect(normalUrl(url)).toBeUndefined();
});

describe('two URLs', () => {
  const segment = fc.stringMatching(/^[\w.~%-]{0,8}$/);
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
  const origin = fc.constantFrom(
    'https://a.example',
    'http://a.example',
    'https://a.example:8443',
    'https://b.example',
  );

  test('are the same only if a server would be asked for the same', () => {
    fc.assert(
      fc.property(origin, path, origin, path, (o1, p1, o2, p2) => {
        const [one, two] = [normalUrl(o1 + p1), normalUrl(o2 + p2)];
        if (one === undefined || one !== two) return;
        expect(new URL(o1 + p1).origin).toBe(new URL(o2 + p2).origin);
        const decoded = (url: string): string =>
          new URL(url).pathname.replace(/%([0-9a-f]{2})/gi, (whole, hex) => {
            const character = String.fromCharCode(Number.parseInt(hex, 16));
            return /[\w.~-]/.test(character) ? character : whole.toUpperCase();
          });
        expect(decoded(o1 + p1)).toBe(decoded(o2 + p2));
      }),
    );
  });

  test('are the same with any query and fragment', () => {
    fc.assert(
      fc.property(origin, path, fc.webQueryParameters(), fc.webFragments(), (o, p, query, fragment) => {
        expect(normalUrl(`${o}${p}?${query}#${fragment}`)).toBe(normalUrl(o + p));
      }),
    );
  });
});

// URL.canParse of Node 20 and 22 refuses such URLs once it is compiled.
test.each(['https://bücher.de/weg', 'https://api.example.com/é', 'https://ÿ.example/'])(
  '%s is a URL after thousands of others, too',
  (url) => {
    const normal = normalUrl(url);
    expect(normal).toBeDefined();
    for (let call = 0; call < 20_000; call += 1) normalUrl('https://api.example.com/path');
    for (let call = 0; call < 20_000; call += 1) if (normalUrl(url) !== normal) expect(call).toBe(undefined);
  },
);
