// What an access token tells of the tenant. It is read, not verified: the verifier does that. Nothing of it is ever in a message but
// names that the config has as well.
import type { DeployedVersion } from '../deploy/action-state.ts';
import type { ExpectedApi } from './api-findings.ts';
import type { Finding } from './finding.ts';

type Claims = Readonly<Record<string, unknown>>;

export interface TokenBackground {
  readonly domain: string;
  readonly audiences: readonly ExpectedApi[];
  readonly deployed: DeployedVersion | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Checks a token against what the config and the tenant say. */
export function tokenFindings(token: string, background: TokenBackground): Finding[] {
  const claims = readClaims(token);
  if (claims === undefined) return [unreadable(token)];
  const { domain, audiences, deployed, now } = background;
  const findings: Finding[] = [];
  if (claims['iss'] !== `https://${domain}/`) {
    findings.push({
      code: 'token_issuer',
      severity: 'warning',
      message: `the token's issuer is not https://${domain}/`,
      fix: 'If the tenant has a custom domain, that is right: give createVerifier that issuer. Otherwise the token is of another tenant.',
    });
  }
  const listed = [claims['aud']].flat();
  const audience = audiences.find(({ identifier }) => listed.includes(identifier));
  if (audience === undefined) {
    findings.push({
      code: 'token_audience',
      severity: 'error',
      message: 'the token is for none of the APIs in the config',
      fix: 'Request a token with the audience of one of them.',
    });
    return findings;
  }
  if (!Object.hasOwn(claims, audience.claim)) {
    findings.push({
      code: 'token_without_claim',
      severity: 'error',
      message: `the token for ${audience.identifier} has no claim ${audience.claim}`,
      fix: 'Is the Action deployed and bound, and was the token issued since then? The tenant logs show what it did at that login.',
    });
  }
  if (Object.hasOwn(claims, 'permissions')) {
    findings.push({
      code: 'token_permissions_twice',
      severity: 'warning',
      message: `the token for ${audience.identifier} lists the permissions as well as the claim`,
      fix: 'Turn off "Add Permissions in the Access Token" when every API reads the claim.',
    });
  }
  return [...findings, ...times(claims, deployed, now)];
}

function times({ iat, exp }: Claims, deployed: DeployedVersion | undefined, now: number): Finding[] {
  const findings: Finding[] = [];
  if (typeof exp === 'number' && exp * 1_000 <= now) {
    findings.push({
      code: 'token_expired',
      severity: 'note',
      message: 'the token has expired',
      fix: 'Get a new one to see what logins get now.',
    });
  }
  if (typeof iat === 'number' && deployed?.deployedAt !== undefined && iat * 1_000 < deployed.deployedAt) {
    findings.push({
      code: 'token_older_than_action',
      severity: 'note',
      message: `the token was issued before version ${deployed.number} of the Action was deployed`,
      fix: 'Get a new one to see what logins get now.',
    });
  }
  return findings;
}

function unreadable(token: string): Finding {
  const encrypted = token.split('.').length === 5;
  return {
    code: 'token_unreadable',
    severity: 'error',
    message: encrypted ? 'the token is encrypted (JWE)' : 'the token is not a JWT',
    fix: encrypted
      ? "Turn off JSON Web Encryption in the API's settings."
      : 'Auth0 gives opaque tokens where no audience is requested: request one with the audience of an API.',
  };
}

function readClaims(token: string): Claims | undefined {
  const parts = token.trim().split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
