import { describe, expect, it } from 'vitest';
import { createTokenCache, type TokenCacheOptions } from '../src/index.ts';
import { pepper } from './support/cache.ts';

const make = (options: Record<string, unknown>) =>
  createTokenCache({ issuer: 'https://acme.eu.auth0.com/', pepper, ...options } as TokenCacheOptions);

describe('options', () => {
  it.each([
    ['issuer', { issuer: 'acme.eu.auth0.com' }, 'issuer must be a URL'],
    ['issuer', { issuer: undefined }, 'issuer must be a URL'],
    ['issuer', { issuer: 'http://acme.eu.auth0.com/' }, 'issuer must be an https URL'],
    ['issuer', { issuer: 'http://localhost.evil.example/' }, 'issuer must be an https URL'],
    ['issuer', { issuer: 'https://user:secret@acme.eu.auth0.com/' }, 'issuer must be a URL'],
    ['issuer', { issuer: 'https://acme.eu.auth0.com/?a=b' }, 'issuer must be a URL'],
    ['pepper', { pepper: 'short' }, 'pepper must have 32 bytes at least: openssl rand -base64 32 makes one'],
    ['pepper', { pepper: new Uint8Array(31) }, 'pepper must have 32 bytes'],
    ['pepper', { pepper: undefined }, 'pepper must have 32 bytes'],
    // Each of these would be a row of zeros, which everybody knows.
    ['pepper', { pepper: 64 }, 'pepper must have 32 bytes'],
    ['pepper', { pepper: Array.from('x'.repeat(64)) }, 'pepper must have 32 bytes'],
    ['quotas', { quotas: { grantsPerHour: 0 } }, 'quotas.grantsPerHour must be a whole number'],
    ['quotas', { quotas: { requestsPerMinute: '5' } }, 'quotas.requestsPerMinute must be a whole number'],
    ['quotas', { quotas: { grantsPerWeek: 5 } }, 'quotas.grantsPerWeek is not known'],
    ['clients', { clients: { a: { grantsPerDay: -1 } } }, 'clients["a"].grantsPerDay must be a whole number'],
    ['clients', { clients: { a: { keys: [] } } }, 'clients["a"].keys must be a key set'],
    ['clients', { clients: { a: { secret: 'x' } } }, 'clients["a"].secret is not known'],
    ['budget', { budget: Number.NaN }, 'budget must be a whole number'],
    ['maxAge', { maxAge: 0 }, 'maxAge must be a whole number'],
    ['timeout', { timeout: Number.POSITIVE_INFINITY }, 'timeout must be a whole number'],
    ['timeout', { timeout: 2 ** 31 }, 'timeout must be 600000 milliseconds at most'],
    ['client', { client: { id: 'a' } }, 'client must have an id and a secret'],
  ])('that can not work are refused: %s', (_, options, message) => {
    expect(() => make(options)).toThrow(message);
    expect(() => make(options)).toThrow(TypeError);
  });

  it.each([
    'https://acme.eu.auth0.com',
    'https://login.acme.example/',
    'http://127.0.0.1:4400/',
    'http://localhost:4400',
    'http://[::1]:1/',
  ])('may name the issuer %s', async (issuer) => {
    await make({ issuer }).close();
  });
});
