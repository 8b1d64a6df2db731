// Who we are to the tenant: the environment, then .env, then the keyring, then a question. Never an argument: those are in the
// history of shells and in the process list.
import { parseEnv } from 'node:util';
import { parseDomain } from '../domain.ts';
import { TenantError } from '../errors.ts';
import { type Keyring, readClient } from './keyring.ts';

/** A machine's id and secret, from which tokens are made. */
export interface ClientCredentials {
  readonly kind: 'client';
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where they were found, as messages name it: "the environment". */
  readonly readFrom: string;
}

/** A token that somebody else got. It can't be renewed. */
export interface TokenCredentials {
  readonly kind: 'token';
  readonly domain: string;
  readonly accessToken: string;
  readonly readFrom: string;
}

export type Credentials = ClientCredentials | TokenCredentials;

/** What is asked where nothing else is set. */
export interface Question {
  readonly message: string;
  /** The variable that answers it without a terminal. */
  readonly variable: string;
  /** The answer is not shown as it is typed. */
  readonly secret: boolean;
}

/** Where credentials may be, as the command's edge gives it. */
export interface CredentialPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of `.env`, where there is one. */
  readonly dotEnv?: string | undefined;
  readonly keyring?: Keyring | undefined;
  /** Left out where nobody can answer. */
  readonly ask?: ((question: Question) => Promise<string>) | undefined;
}

interface Place {
  readonly name: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds credentials. The secret is taken from one place as a whole, never put together from two, and never sent to another domain
 * than the one beside it.
 * @throws TenantError `credentials_missing`, `domain_invalid`
 * @example
 * const credentials = await findCredentials({ env: process.env });
 */
export async function findCredentials(places: CredentialPlaces): Promise<Credentials> {
  const { env, dotEnv, keyring, ask } = places;
  const read: readonly Place[] = [
    { name: 'the environment', values: env },
    ...(dotEnv === undefined ? [] : [{ name: '.env', values: parseEnv(dotEnv) }]),
  ];
  const place = read.find(({ values }) => SECRETS.some((name) => given(values[name]) !== undefined));
  const domain = await findDomain(read, place, ask);
  if (place !== undefined) return fromPlace(place, domain);
  const stored = keyring === undefined ? undefined : await readClient(keyring, domain);
  if (stored !== undefined) return { kind: 'client', domain, ...stored, readFrom: 'the keyring' };
  if (ask === undefined)
    throw missing(['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'], 'the environment, .env and the keyring');
  const clientId = await ask({
    message: 'Client ID of a machine-to-machine application',
    variable: 'AUTH0_CLIENT_ID',
    secret: false,
  });
  const clientSecret = await ask({
    message: 'Its client secret',
    variable: 'AUTH0_CLIENT_SECRET',
    secret: true,
  });
  return { kind: 'client', domain, clientId, clientSecret, readFrom: 'the answers' };
}

const SECRETS = ['AUTH0_ACCESS_TOKEN', 'AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'] as const;

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

async function findDomain(
  read: readonly Place[],
  place: Place | undefined,
  ask: CredentialPlaces['ask'],
): Promise<string> {
  const first = read.map(({ values }) => given(values['AUTH0_DOMAIN'])).find((value) => value !== undefined);
  const own = given(place?.values['AUTH0_DOMAIN']);
  if (first !== undefined && own !== undefined && parseDomain(first) !== parseDomain(own)) {
    throw new TenantError(
      'credentials_missing',
      `AUTH0_DOMAIN is ${parseDomain(first)} in the environment, but the secret in ${place?.name} is for ${parseDomain(own)}`,
      'Set the secret beside the domain, or take AUTH0_DOMAIN out of one of them.',
    );
  }
  if (first !== undefined) return parseDomain(first);
  if (ask === undefined) throw missing(['AUTH0_DOMAIN'], 'the environment and .env');
  return parseDomain(await ask({ message: "The tenant's domain", variable: 'AUTH0_DOMAIN', secret: false }));
}

function fromPlace({ name, values }: Place, domain: string): Credentials {
  const accessToken = given(values['AUTH0_ACCESS_TOKEN']);
  if (accessToken !== undefined) return { kind: 'token', domain, accessToken, readFrom: name };
  const clientId = given(values['AUTH0_CLIENT_ID']);
  const clientSecret = given(values['AUTH0_CLIENT_SECRET']);
  if (clientId === undefined) throw missing(['AUTH0_CLIENT_ID'], name);
  if (clientSecret === undefined) throw missing(['AUTH0_CLIENT_SECRET'], name);
  return { kind: 'client', domain, clientId, clientSecret, readFrom: name };
}

function missing(names: readonly string[], where: string): TenantError {
  return new TenantError(
    'credentials_missing',
    `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not set in ${where}`,
    'Set AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET of a machine-to-machine application, or AUTH0_ACCESS_TOKEN, or use --auth0-cli.',
  );
}
