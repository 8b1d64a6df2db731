// What may be wrong with the APIs that the config names.
import { entityLimits } from '#auth0/limits';
import type { ApiExport } from '../pull/tenant-export.ts';
import type { Finding } from './finding.ts';

/** An audience of the config. */
export interface ExpectedApi {
  /** The audience's name in the config. */
  readonly name: string;
  readonly identifier: string;
  /** The claim that the Action sets. */
  readonly claim: string;
}

/** Seconds: Auth0's default, and as long as most teams want to wait for a change. */
const LONG_LIFETIME = 86_400;
/** Where a quota is told of. */
const NEAR = 0.95;

export function apiFindings(expected: readonly ExpectedApi[], apis: readonly ApiExport[]): Finding[] {
  return expected.flatMap((audience): Finding[] => {
    const api = apis.find(({ identifier }) => identifier === audience.identifier);
    const named = `API ${audience.identifier}`;
    if (api === undefined) {
      return [
        {
          code: 'api_missing',
          severity: 'error',
          message: `the tenant has no ${named}, which the audience ${audience.name} is for`,
          fix: `Correct audiences.${audience.name}.audience in the config, or check AUTH0_DOMAIN.`,
        },
      ];
    }
    return [
      ...dialect(api, named),
      ...lifetime(api, named),
      ...encryption(api, named),
      ...scopes(api, named),
    ];
  });
}

function dialect({ token_dialect = 'access_token', enforce_policies }: ApiExport, named: string): Finding[] {
  const plain = token_dialect.replace(/_authz$/u, '');
  const findings: Finding[] = [];
  if (plain !== token_dialect) {
    findings.push({
      code: 'permissions_twice',
      severity: 'warning',
      message: `${named}: the token dialect ${token_dialect} adds every permission to the token as a list, beside the claim`,
      fix: `When every API reads the claim, set the dialect to ${plain}: in the dashboard, turn off "Add Permissions in the Access Token".`,
    });
  }
  if (enforce_policies !== true) {
    findings.push({
      code: 'rbac_off',
      severity: 'warning',
      message: `${named}: RBAC is off, so that anybody may get any scope of it that an application requests`,
      fix: 'Turn on "Enable RBAC" in its settings, or make sure that nothing reads the scope claim as permissions.',
    });
  }
  return findings;
}

function lifetime({ token_lifetime, token_lifetime_for_web }: ApiExport, named: string): Finding[] {
  const longest = Math.max(token_lifetime ?? 0, token_lifetime_for_web ?? 0);
  if (longest <= LONG_LIFETIME) return [];
  return [
    {
      code: 'lifetime_long',
      severity: 'warning',
      message: `${named}: access tokens live ${Math.round(longest / 3_600)} hours, and what was taken from a user stays in them as long`,
      fix: 'Shorten the maximum access token lifetime in its settings, or use change records.',
    },
  ];
}

function encryption({ token_encryption }: ApiExport, named: string): Finding[] {
  if (token_encryption === undefined || token_encryption === null) return [];
  return [
    {
      code: 'token_encrypted',
      severity: 'error',
      message: `${named}: its access tokens are encrypted (JWE), which the verifier does not read`,
      fix: 'Turn off JSON Web Encryption in its settings, or decrypt before the verifier.',
    },
  ];
}

function scopes(api: ApiExport, named: string): Finding[] {
  return nearQuota(api.scopes.length, entityLimits.scopesPerApi, `${named}: permissions`);
}

export function roleFindings(roles: number): Finding[] {
  return nearQuota(roles, entityLimits.rolesPerTenant, 'roles of the tenant');
}

/** Tells of a quota that is nearly used up. */
export function nearQuota(used: number, limit: number, what: string): Finding[] {
  if (used < limit * NEAR) return [];
  return [
    {
      code: 'quota_near',
      severity: 'warning',
      message: `${what}: ${used.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')}`,
      fix: "Remove what nobody uses, or ask Auth0's support for a higher limit.",
    },
  ];
}
