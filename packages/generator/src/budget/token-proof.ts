import { headerBytes, lineLength, signatureBytes, tokenLength } from '#auth0/access-token';
import { writesStockClaim } from '#auth0/apis';
import type { Catalog, Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { assumedIssuer, ISSUER_BYTES, STANDARD_SCOPES } from '../config/token.ts';
import { apiScopes, strippedScopes } from '../plan/stripped-scopes.ts';
import { jsonBytes } from './worst-claim.ts';

/** A part of the token's payload, and what is assumed of it. */
export interface Term {
  /** The claim. */
  readonly name: string;
  /** Bytes of its JSON text: name, colon and value. */
  readonly bytes: number;
  readonly assumption: string;
}

/** The largest token that a user of an audience can be issued. All sizes are bytes. */
export interface TokenProof {
  readonly terms: readonly Term[];
  readonly header: number;
  readonly payload: number;
  readonly signature: number;
  /** The token: three base64url parts and two dots. */
  readonly token: number;
  /** `Authorization: Bearer `, the token, and CRLF. */
  readonly line: number;
  readonly notes: readonly string[];
}

export interface TokenProofInput {
  readonly audience: AudienceConfig;
  readonly environment: string;
  readonly catalog: Catalog;
  readonly selected: ReadonlyMap<string, Permission>;
  /** The claim's JSON text in the worst case. */
  readonly claimBytes: number;
  /** The payload of `token.sample`. */
  readonly sample: Readonly<Record<string, unknown>>;
}

/** Adds up the token's parts; every term is stated with the assumption it rests on. */
export function proveToken(input: TokenProofInput): TokenProof {
  const { token } = input.audience;
  const { terms, notes } = payloadTerms(input);
  // {, the terms with commas between, }
  const payload = 2 + terms.reduce((sum, term) => sum + term.bytes, 0) + terms.length - 1;
  return {
    terms,
    header: headerBytes(token),
    payload,
    signature: signatureBytes(token),
    token: tokenLength(token, payload),
    line: lineLength(token, payload),
    notes,
  };
}

/** Whether more than the claim depends on which permissions are selected: scopes that are in the token or removed, Auth0's own claim. */
export function dependsOnSelected(input: Omit<TokenProofInput, 'selected' | 'claimBytes'>): boolean {
  const { scopes, token } = input.audience;
  const { isOn, isInSample } = stockClaim(input);
  return scopes === 'strip' || token.scope === 'all' || isOn || isInSample;
}

function payloadTerms(input: TokenProofInput): { readonly terms: Term[]; readonly notes: string[] } {
  const { audience, environment, catalog, selected, sample } = input;
  const stripped = strippedScopes(audience, environment, catalog, selected);
  const notes: string[] = [];
  const terms = new Map(standardTerms(input, stripped).map((term) => [term.name, term]));
  for (const [name, value] of Object.entries(sample)) {
    if (name === audience.claim || name === 'permissions') continue;
    const issued = name === 'scope' && typeof value === 'string' ? withoutScopes(value, stripped) : value;
    const bytes = jsonBytes(name) + 1 + jsonBytes(issued);
    const assumed = terms.get(name);
    if (assumed === undefined || bytes > assumed.bytes)
      terms.set(name, { name, bytes, assumption: 'as in token.sample' });
  }
  const stock = stockPermissions(input);
  if (stock !== undefined) {
    terms.set('permissions', stock);
  } else if (Object.hasOwn(sample, 'permissions')) {
    notes.push(
      "token.sample has Auth0's own permissions claim; it is not counted, as the catalog says that the API has it off.",
    );
  }
  terms.set(audience.claim, {
    name: audience.claim,
    bytes: jsonBytes(audience.claim) + 1 + input.claimBytes,
    assumption:
      input.audience.grant === 'requested'
        ? 'any set of the selected permissions that clients request'
        : 'any set of the selected permissions',
  });
  return { terms: [...terms.values()], notes };
}

function standardTerms(input: TokenProofInput, stripped: readonly string[]): Term[] {
  const { audience, environment } = input;
  const { token } = audience;
  const identifier = audience.identifiers.get(environment) as string;
  const scope = scopeOf(input, stripped);
  const text = (name: string, bytes: number, assumption: string): Term => ({
    name,
    bytes: jsonBytes(name) + 1 + bytes,
    assumption,
  });
  // Auth0 adds its userinfo endpoint to the audience when openid is requested.
  const aud = scope.split(' ').includes('openid')
    ? [identifier, `${assumedIssuer(token)}userinfo`]
    : identifier;
  const organization = [
    ...(token.organization ? [text('org_id', 2 + 'org_'.length + 16, 'a login to an organization')] : []),
    ...(token.organizationName
      ? [text('org_name', 2 + 50, 'organization names in tokens, up to 50 characters')]
      : []),
  ];
  const profile =
    token.profile === 'rfc9068'
      ? [
          text('client_id', 2 + token.clientIdBytes, `up to ${token.clientIdBytes} characters`),
          text('jti', 2 + 22, '22 characters'),
        ]
      : [
          text('azp', 2 + token.clientIdBytes, `up to ${token.clientIdBytes} characters`),
          text('gty', jsonBytes(MAX_GRANT_TYPES), 'the longest grant types'),
        ];
  return [
    text(
      'iss',
      jsonBytes(assumedIssuer(token)),
      token.issuer ?? `an issuer of up to ${ISSUER_BYTES} characters (token.issuer states it)`,
    ),
    text('sub', 2 + token.subjectBytes, `user ids of up to ${token.subjectBytes} bytes`),
    text('aud', jsonBytes(aud), 'the API, and userinfo where openid is requested'),
    text('iat', 10, 'seconds until the year 2286'),
    text('exp', 10, 'seconds until the year 2286'),
    text(
      'scope',
      jsonBytes(scope),
      (token.scope === 'all'
        ? 'the standard scopes and every scope of the API'
        : `clients request at most: ${token.scope}`) +
        (audience.scopes === 'strip' ? "; the Action removes the API's own" : ''),
    ),
    ...organization,
    ...profile,
  ];
}

const MAX_GRANT_TYPES = ['refresh_token', 'password'];

/** The scope claim's largest value: what clients request at most, less what the Action removes. */
function scopeOf(
  { audience, environment, catalog, selected }: TokenProofInput,
  stripped: readonly string[],
): string {
  const requested =
    audience.token.scope === 'all'
      ? [STANDARD_SCOPES, ...apiScopes(audience, environment, catalog, selected)].join(' ')
      : audience.token.scope;
  return withoutScopes(requested, stripped);
}

function withoutScopes(scope: string, stripped: readonly string[]): string {
  const removed = new Set(stripped);
  return scope
    .split(' ')
    .filter((name) => !removed.has(name))
    .join(' ');
}

/** Auth0's own claim with all of a user's permissions, where the catalog says that the API has it on, or a sample shows it. */
function stockPermissions(input: TokenProofInput): Term | undefined {
  const { audience, environment, catalog, selected, sample } = input;
  const { dialect, isOn, isInSample } = stockClaim(input);
  if (!isOn && !isInSample) return undefined;
  const identifier = audience.identifiers.get(environment);
  const names = [
    ...catalog.permissions.filter((permission) => permission.audience === identifier),
    ...[...selected.values()].filter((permission) => permission.audience === undefined),
  ].map(({ name }) => name);
  return {
    name: 'permissions',
    bytes:
      jsonBytes('permissions') +
      1 +
      Math.max(jsonBytes(names), isInSample ? jsonBytes(sample['permissions']) : 0),
    assumption: isOn
      ? `every permission of the API, as its token_dialect is ${dialect}`
      : "every permission of the API, as token.sample has Auth0's own claim",
  };
}

function stockClaim({
  audience,
  environment,
  catalog,
  sample,
}: Omit<TokenProofInput, 'selected' | 'claimBytes'>): {
  readonly dialect: string | undefined;
  readonly isOn: boolean;
  readonly isInSample: boolean;
} {
  const identifier = audience.identifiers.get(environment);
  const api = catalog.apis.find((candidate) => candidate.identifier === identifier);
  const dialect = api?.tokenDialect;
  return {
    dialect,
    isOn: writesStockClaim(api),
    isInSample: dialect === undefined && Object.hasOwn(sample, 'permissions'),
  };
}
