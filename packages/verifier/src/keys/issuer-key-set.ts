// The key set of an issuer: where Auth0 and Cognito have it, or where its metadata says (OpenID Connect Discovery 1.0,
// section 4; RFC 8414, section 2).
import type { KeySetFetchedEvent } from '../hooks.ts';
import { own } from '../own-property.ts';
import { parseUrl } from '../parse-url.ts';
import type { LoadedKeySet } from './fetch-key-set.ts';
import { fetchJson, fetchKeySet, UnexpectedStatus } from './fetch-key-set.ts';
import { FetchedKeySet } from './fetched-key-set.ts';
import { checkKeySetOptions } from './key-set-options.ts';
import { checkTransport } from './transport.ts';

/** Fetches `.well-known/jwks.json` below the issuer, and where there is none, what its metadata names. */
export function issuerKeySet(
  issuer: string,
  onFetched: ((event: KeySetFetchedEvent) => void) | undefined,
): FetchedKeySet {
  const options = checkKeySetOptions({ onFetched });
  const below = (path: string): URL => new URL(path, issuer.endsWith('/') ? issuer : `${issuer}/`);
  const usual = below('.well-known/jwks.json');
  const discover = async (): Promise<LoadedKeySet> => {
    const { value } = await fetchJson(below('.well-known/openid-configuration'), options);
    return await fetchKeySet(keySetUrl(value, issuer), options);
  };
  // Which of the two worked is the one to begin with next time.
  let discovers = false;
  const load = async (): Promise<LoadedKeySet> => {
    if (discovers) return await discover();
    try {
      return await fetchKeySet(usual, options);
    } catch (error) {
      if (!(error instanceof UnexpectedStatus) || !error.isNotThere) throw error;
      const loaded = await discover();
      discovers = true;
      return loaded;
    }
  };
  return new FetchedKeySet(load, options, undefined, usual.href);
}

/** The metadata must be the issuer's own, in every character: OpenID Connect Discovery 1.0, section 4.3. */
function keySetUrl(metadata: unknown, issuer: string): URL {
  const members = (metadata ?? {}) as Record<string, unknown>;
  if (own(members, 'issuer') !== issuer)
    throw new Error('"issuer" of the metadata must equal the issuer, in every character');
  const url = own(members, 'jwks_uri');
  const parsed = typeof url === 'string' ? parseUrl(url) : undefined;
  if (parsed === undefined) throw new Error('"jwks_uri" of the metadata must be a URL');
  return checkTransport(parsed, '"jwks_uri" of the metadata');
}
