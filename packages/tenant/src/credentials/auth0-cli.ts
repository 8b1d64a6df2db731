// The login of Auth0's own CLI, as Terraform's provider borrows it: ~/.config/auth0/config.json, and the keyring, where its token is
// in pieces of 2,048 bytes (auth0/auth0-cli, internal/keyring and internal/config).
import { parseDomain } from '../domain.ts';
import { TenantError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import type { Keyring } from './keyring.ts';

export interface Auth0CliPlaces {
  /** The content of its config.json; undefined where there is none. */
  readonly config: string | undefined;
  readonly keyring?: Keyring | undefined;
  /** The tenant that is meant; the CLI's default tenant where it is left out. */
  readonly domain?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface CliTenant {
  readonly access_token?: unknown;
  readonly expires_at?: unknown;
  readonly client_id?: unknown;
}

const ACCESS_TOKEN = 'Auth0 CLI Access Token';
const CLIENT_SECRET = 'Auth0 CLI Client Secret';
const MAX_PIECES = 50;

/**
 * Credentials of the Auth0 CLI: its machine login where it has one, else its token.
 * @throws TenantError `credentials_missing` where it isn't logged in, or its token has expired
 */
export async function readAuth0CliLogin(places: Auth0CliPlaces): Promise<Credentials> {
  const { config, keyring, now } = places;
  const { default_tenant, tenants } = parseConfig(config);
  const wanted = places.domain ?? (typeof default_tenant === 'string' ? default_tenant : '');
  if (wanted === '') throw loggedOut('the Auth0 CLI is not logged in');
  const domain = parseDomain(wanted);
  const tenant: unknown = Object.hasOwn(tenants, domain) ? tenants[domain] : undefined;
  if (typeof tenant !== 'object' || tenant === null)
    throw loggedOut(`the Auth0 CLI is not logged in to ${domain}`);
  const { access_token, expires_at, client_id } = tenant as CliTenant;
  if (typeof client_id === 'string' && client_id !== '') {
    const clientSecret = await keyring?.get(CLIENT_SECRET, domain);
    if (clientSecret !== undefined) {
      return {
        kind: 'client',
        domain,
        clientId: client_id,
        clientSecret: decode(clientSecret),
        readFrom: 'the Auth0 CLI',
      };
    }
  }
  const accessToken =
    (await joinPieces(keyring, domain)) ?? (typeof access_token === 'string' ? access_token : '');
  if (accessToken === '') throw loggedOut(`the Auth0 CLI has no token for ${domain}`);
  const expiry = Date.parse(String(expires_at));
  if (!Number.isNaN(expiry) && expiry <= now)
    throw loggedOut(`the Auth0 CLI's token for ${domain} has expired`);
  return { kind: 'token', domain, accessToken, readFrom: 'the Auth0 CLI' };
}

function parseConfig(config: string | undefined): {
  default_tenant: unknown;
  tenants: Readonly<Record<string, unknown>>;
} {
  if (config === undefined) throw loggedOut('the Auth0 CLI is not logged in');
  try {
    const { default_tenant, tenants } = Object(JSON.parse(config));
    return { default_tenant, tenants: Object(tenants) };
  } catch {
    throw loggedOut("the Auth0 CLI's config.json is not JSON");
  }
}

async function joinPieces(keyring: Keyring | undefined, domain: string): Promise<string | undefined> {
  let joined = '';
  for (let piece = 0; piece < MAX_PIECES; piece++) {
    const found = await keyring?.get(`${ACCESS_TOKEN} ${piece}`, domain);
    if (found === undefined) break;
    joined += decode(found);
  }
  return joined === '' ? undefined : joined;
}

/** On macOS, go-keyring stores what it encoded itself, and says so in front. */
function decode(stored: string): string {
  const prefix = 'go-keyring-base64:';
  return stored.startsWith(prefix) ? Buffer.from(stored.slice(prefix.length), 'base64').toString() : stored;
}

function loggedOut(message: string): TenantError {
  return new TenantError(
    'credentials_missing',
    message,
    'Run auth0 login, or set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.',
  );
}
