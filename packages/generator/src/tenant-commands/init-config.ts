// The config that `claimgen init` writes: commented, for people to go on with.
import { oneLine } from '../format/visible-text.ts';
import type { ProposedAudience } from './init-proposal.ts';
import { yamlValue } from './yaml-value.ts';

export interface InitialConfig {
  /** As seen from the config. */
  readonly catalog: string;
  readonly claim: string;
  readonly audiences: readonly ProposedAudience[];
  /** Whether users hold permissions directly, beside roles; then the Action asks the Management API. */
  readonly direct: boolean;
  /** Whether no user logs in to an organization. */
  readonly noOrganizations: boolean;
  readonly domain: string | undefined;
}

/** YAML. Values are JSON strings, which YAML reads as they are. */
export function renderConfig(config: InitialConfig): string {
  const { catalog, claim, audiences } = config;
  return `${[
    '# yaml-language-server: $schema=./node_modules/@claimgen/generator/schema/config.schema.json',
    '# Every key: node_modules/@claimgen/generator/docs/reference/config.md',
    '',
    "# The tenant's permissions and roles; claimgen pull brings them up to date.",
    `catalog: ${yamlValue(catalog)}`,
    '',
    '# The claim in access tokens. It needs a namespace, and not one of Auth0.',
    `claim: ${yamlValue(claim)}`,
    '',
    ...actionLines(config),
    '',
    ...tokenLines(config),
    'audiences:',
    ...audiences.flatMap(audienceLines),
  ].join('\n')}\n`;
}

function actionLines({ direct, noOrganizations, domain }: InitialConfig): string[] {
  return [
    'action:',
    '  name: claimgen-permissions',
    "  # Where a user's permissions come from at login: node_modules/@claimgen/generator/docs/guide/sources.md",
    ...(direct
      ? [
          '  # Permissions that users hold directly are known to the Management API only: a request at each login that misses',
          '  # its cache, with the secrets CLAIMGEN_CLIENT_ID and CLAIMGEN_CLIENT_SECRET of an application that may read:users.',
          `  source: [roles, { managementApi: { domain: ${yamlValue(domain ?? '')} } }]`,
        ]
      : ['  source: [roles]']),
    '  # What a login gets when a source fails: deny it, or omit for a claim without permissions.',
    '  onError: deny',
    ...(noOrganizations
      ? [
          '  # No user logs in to an organization; without this, such logins go by the roles of the member.',
          '  organizations: none',
        ]
      : []),
  ];
}

/** What the size proof must know of tokens, where it is not the default. */
function tokenLines({ audiences }: InitialConfig): string[] {
  const dialects = audiences.map(({ api }) => api?.tokenDialect ?? 'access_token');
  if (!dialects.some((dialect) => dialect.startsWith('rfc9068'))) return [];
  return [
    '# The profile of access tokens that the tenant has for these APIs (RFC 9068).',
    'token: { profile: rfc9068 }',
    '',
  ];
}

/** Prefixes that are named. */
const MAX_PREFIXES = 8;

function audienceLines({
  name,
  identifier,
  permissions,
  prefixes,
  granted,
  api,
}: ProposedAudience): string[] {
  const dialect = api?.tokenDialect ?? 'access_token';
  const named = prefixes.slice(0, MAX_PREFIXES).map(([prefix, count]) => `${yamlValue(prefix)} ${count}`);
  return [
    `  ${yamlValue(name)}:`,
    comment(`${permissions} permissions, of which roles grant ${granted}.`),
    ...(api?.enforcePolicies === false
      ? [comment('RBAC is off for this API: its scopes are given to whoever requests them.')]
      : []),
    ...(dialect.endsWith('_authz')
      ? [
          comment(
            `Its dialect ${dialect} puts every permission into the token as well; turn that off when every API reads the claim.`,
          ),
        ]
      : []),
    `    audience: ${yamlValue(identifier)}`,
    ...(named.length === 0
      ? []
      : [comment(`To take some only: prefixes. Names begin with ${named.join(', ')}.`)]),
    '    globs: ["*"]',
  ];
}

function comment(text: string): string {
  return `    # ${oneLine(text)}`;
}
