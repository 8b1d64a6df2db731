import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basicHeader, takeCredentials } from '../src/credentials.ts';
import { readParameters } from '../src/parameters.ts';

const RUNS = Number(process.env['CLAIMGEN_RUNS'] ?? 100);
const FORM = 'application/x-www-form-urlencoded';
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '"', '\\', '\\"', 'a&b=c', '+', '%', '%zz', ' ', '\u0000'),
);
const entries = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 6 });
const jsonOf = (list: readonly (readonly [string, string])[]) =>
  `{${list.map(([name, value]) => `${JSON.stringify(name)} : ${JSON.stringify(value)}`).join(' ,')}}`;

describe('parameters', () => {
  it('are the same from a form and from JSON, without those that are empty', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const form = readParameters(new URLSearchParams([...list]).toString(), FORM);
        expect(form).toEqual(new Map(list.filter(([, value]) => value !== '')));
        expect(readParameters(jsonOf(list), 'application/json')).toEqual(form);
      }),
      { numRuns: RUNS },
    );
  });

  it('are refused where one is there twice, anywhere and with any value', () => {
    fc.assert(
      fc.property(entries, text, text, text, fc.nat(6), (list, name, first, second, at) => {
        const twice: [string, string][] = [...list.filter(([other]) => other !== name), [name, first]];
        twice.splice(Math.min(at, twice.length), 0, [name, second]);
        const form = new URLSearchParams(twice).toString();
        expect(() => readParameters(form, FORM)).toThrow('more than once');
        expect(() => readParameters(jsonOf(twice), 'application/json')).toThrow('more than once');
      }),
      { numRuns: RUNS },
    );
  });

  it('are an error or a map of strings for any body', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        fc.constantFrom(FORM, 'application/json'),
        (body, type) => {
          try {
            for (const [name, value] of readParameters(body, type)) {
              expect(typeof name).toBe('string');
              expect(value).toMatch(/./s);
            }
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('credentials', () => {
  it('are what the header says, with any characters', () => {
    const part = text.filter((value) => value !== '');
    fc.assert(
      fc.property(part, part, (clientId, secret) => {
        const credentials = { method: 'client_secret_basic', clientId, secret } as const;
        expect(takeCredentials(new Map(), basicHeader(credentials))).toEqual(credentials);
      }),
      { numRuns: RUNS },
    );
  });

  it('are an error or whole for any header', () => {
    const header = fc.oneof(
      fc.string(),
      fc.string().map((pair) => `Basic ${Buffer.from(pair).toString('base64')}`),
      fc.base64String().map((encoded) => `Basic ${encoded}`),
    );
    fc.assert(
      fc.property(header, (value) => {
        try {
          const credentials = takeCredentials(new Map(), value);
          expect(credentials).toMatchObject({
            method: 'client_secret_basic',
            clientId: expect.stringMatching(/./s),
            secret: expect.stringMatching(/./s),
          });
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
        }
      }),
      { numRuns: RUNS },
    );
  });
});
