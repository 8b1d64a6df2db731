import { isAuth0Api, writesStockClaim } from '#auth0/apis';
import { reasonToIgnore } from '#auth0/claim-rules';
import { parseUrl } from '#auth0/parse-url';
import type { Api, Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { closest } from '../format/closest.ts';
import { inConfig, type Lint } from './lint.ts';

/** What of the API itself, as the tenant has it, works against the audience's claim. */
export function apiLints(audience: AudienceConfig, environment: string, catalog: Catalog): Lint[] {
  const identifier = audience.identifiers.get(environment) as string;
  const api = catalog.apis.find((candidate) => candidate.identifier === identifier);
  return [
    ...unknownApi(audience, identifier, catalog),
    ...unknownImports(audience, environment, catalog),
    ...auth0Api(audience, identifier),
    ...signingAlgorithm(audience, api),
    ...(api === undefined
      ? []
      : [...encryption(audience, api), ...rbacOff(audience, api), ...dialect(audience, api)]),
  ];
}

function rbacOff({ name }: AudienceConfig, { identifier, enforcePolicies }: Api): Lint[] {
  if (enforcePolicies !== false) return [];
  return [
    {
      code: 'rbac_off',
      severity: 'warning',
      ...inConfig(['audiences', name]),
      message: `RBAC is off for ${identifier}: Auth0 writes every scope that a client asks for into the scope claim, whoever logs in`,
      fix: 'Set enforce_policies of the API to true ("Enable RBAC"), or make sure that nothing behind it decides by scope.',
    },
  ];
}

function dialect({ name, token }: AudienceConfig, api: Api): Lint[] {
  const { identifier, tokenDialect } = api;
  if (tokenDialect === undefined) return [];
  const plain = tokenDialect.replace(/_authz$/, '');
  const expected = plain === 'rfc9068_profile' ? 'rfc9068' : 'auth0';
  return [
    ...(writesStockClaim(api)
      ? [
          {
            code: 'stock_permissions_claim',
            severity: 'warning',
            ...inConfig(['audiences', name]),
            message: `the token_dialect of ${identifier} is ${tokenDialect}: Auth0's own permissions claim comes on top of claimgen's, and no Action can remove it`,
            fix: `Set token_dialect of the API to ${plain} (turn "Add Permissions in the Access Token" off) once every API reads the new claim.`,
          } as const,
        ]
      : []),
    ...(token.profile !== expected
      ? [
          {
            code: 'token_profile',
            // The claims of rfc9068 are the longer ones: every size would be proven some bytes too small.
            severity: expected === 'rfc9068' ? 'error' : 'warning',
            ...inConfig(['audiences', name, 'token', 'profile']),
            message: `the token_dialect of ${identifier} is ${tokenDialect}, and the size is proven for token.profile ${token.profile}`,
            fix: `Set token.profile to ${expected}.`,
          } as const,
        ]
      : []),
  ];
}

function auth0Api({ name, claim, token }: AudienceConfig, identifier: string): Lint[] {
  const { issuer } = token;
  const host = issuer === undefined ? undefined : parseUrl(issuer)?.hostname;
  const own = host === undefined ? [] : [host];
  if (!isAuth0Api(identifier, own)) return [];
  const ignored = reasonToIgnore(claim, { forAuth0Api: true, scope: [] }) !== undefined;
  return [
    {
      code: 'auth0_api',
      severity: ignored ? 'error' : 'warning',
      ...inConfig(['audiences', name, 'audience']),
      message: ignored
        ? `${identifier} is an API of Auth0's own, in whose tokens a claim without a namespace is ignored`
        : `${identifier} is an API of Auth0's own: it checks its own scopes and reads no claim of yours`,
      fix: 'Use the identifier of your API; leave the APIs of Auth0 out.',
    },
  ];
}

function unknownApi({ name }: AudienceConfig, identifier: string, catalog: Catalog): Lint[] {
  // Only an export of the tenant knows all of its APIs.
  const known = new Set(catalog.apis.map((api) => api.identifier));
  if (known.size === 0 || known.has(identifier)) return [];
  const near = closest(identifier, known);
  return [
    {
      code: 'api_unknown',
      severity: 'warning',
      ...inConfig(['audiences', name, 'audience']),
      message: `the catalog holds no API ${identifier}: the Action would never set the claim for another identifier`,
      fix:
        near === undefined
          ? `Correct "audience", or export the API; the catalog has ${[...known].slice(0, 3).join(', ')}${known.size > 3 ? ', …' : ''}.`
          : `Did you mean ${near}? If not, export the API.`,
    },
  ];
}

/** A pattern that selects nothing is an error only where no environment has anything for it: an API that goes by another identifier here is not. */
function unknownImports({ name, from }: AudienceConfig, environment: string, catalog: Catalog): Lint[] {
  return from.flatMap(({ key, prefix, identifiers }): Lint[] => {
    const identifier = identifiers.get(environment) as string;
    const isKnown =
      catalog.apis.some((api) => api.identifier === identifier) ||
      catalog.permissions.some(({ audience }) => audience === identifier);
    if (isKnown) return [];
    return [
      {
        code: 'api_unknown',
        severity: 'warning',
        ...inConfig(['audiences', name, 'from', key]),
        message: `the catalog holds no API ${identifier}: tokens carry no permission under ${JSON.stringify(prefix)}`,
        fix: 'Export the API; or, where it has another identifier in this environment, make it an audience of the config and name that identifier under environments.',
      },
    ];
  });
}

function signingAlgorithm({ name, token }: AudienceConfig, api: Api | undefined): Lint[] {
  const { algorithm } = token;
  const { identifier, signingAlgorithm: signed = algorithm } = api ?? {};
  if (signed === 'HS256') {
    return [
      {
        code: 'symmetric_algorithm',
        severity: 'warning',
        ...inConfig(algorithm === signed ? ['audiences', name, 'token', 'algorithm'] : ['audiences', name]),
        message:
          algorithm === signed
            ? 'HS256 signs with a shared secret, which no key set publishes: the verifier refuses such tokens'
            : `the signing_alg of ${identifier} is HS256, whose shared secret no key set publishes: the verifier refuses such tokens`,
        fix: 'Set the signing algorithm of the API to RS256 or PS256, and token.algorithm with it.',
      },
    ];
  }
  // Both RSA algorithms with SHA-2 and PKCS #1 have one length, and the config knows the first of them.
  if (signed === algorithm || (signed === 'RS512' && algorithm !== 'HS256')) return [];
  return [
    {
      code: 'token_algorithm',
      // A signature of HMAC is the shortest: every size would be proven some 300 bytes too small.
      severity: algorithm === 'HS256' ? 'error' : 'warning',
      ...inConfig(['audiences', name, 'token', 'algorithm']),
      message: `the signing_alg of ${identifier} is ${signed}, and the size is proven for token.algorithm ${algorithm}`,
      fix: `Set token.algorithm to ${signed === 'RS512' ? 'RS256, which is as long' : signed}${signed === 'RS256' ? '' : `, and algorithms: ['${signed}'] in createVerifier`}.`,
    },
  ];
}

function encryption({ name }: AudienceConfig, { identifier, encrypted }: Api): Lint[] {
  if (encrypted !== true) return [];
  return [
    {
      code: 'token_encrypted',
      severity: 'error',
      ...inConfig(['audiences', name]),
      message: `the access tokens of ${identifier} are encrypted (token_encryption): the verifier does not read them, and encryption makes them longer than any size proven here`,
      fix: 'Turn JSON Web Encryption off in the settings of the API, and export the tenant again.',
    },
  ];
}
