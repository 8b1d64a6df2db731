// Looks at a tenant, and tells what is wrong with it and how to fix each. It changes nothing.
import { readTriggerState, type TriggerState } from '../deploy/action-state.ts';
import type { DesiredAction } from '../deploy/desired-action.ts';
import { readOffsetList } from '../paging/offset-list.ts';
import {
  type CatalogChange,
  type ComparedCatalog,
  catalogOf,
  comparedCatalog,
  diffCatalogs,
} from '../pull/catalog-diff.ts';
import { apiList, roleList } from '../pull/lists.ts';
import { type PullOptions, pull } from '../pull/pull.ts';
import type { ApiExport } from '../pull/tenant-export.ts';
import type { OpenTenant } from '../tenant.ts';
import { actionFindings } from './action-findings.ts';
import { apiFindings, type ExpectedApi, roleFindings } from './api-findings.ts';
import type { Finding } from './finding.ts';
import { tokenFindings } from './token-findings.ts';

export interface Expected {
  /** What `claimgen build` wrote. */
  readonly action: DesiredAction;
  readonly audiences: readonly ExpectedApi[];
  /** Names of Actions of the same build: each sets the claim for audiences of its own. */
  readonly siblings?: readonly string[];
  /** The catalog in git, to compare the tenant with; without it, permissions of roles are not read. */
  readonly catalog?: ComparedCatalog;
  /** Whether an API's permissions, grants and settings count as drift; those of every API do by default. */
  readonly counts?: (identifier: string) => boolean;
  /** An access token of a user. */
  readonly token?: string;
  /** Whether logins read permissions through the Management API, and share its rate limit. */
  readonly readsManagementApi?: boolean;
}

export interface Diagnosis {
  /** Errors first. Empty where all is well. */
  readonly findings: readonly Finding[];
  /** What the tenant has that the catalog has not, and the other way round. */
  readonly drift: readonly CatalogChange[];
  /** The code that logins run, to compare its tables with those in git; undefined where none does. */
  readonly deployedCode: string | undefined;
}

/**
 * Compares a tenant with what it shall be.
 * @throws TenantError
 * @example
 * const { findings } = await diagnose(tenant, { action, audiences, catalog });
 */
export async function diagnose(
  tenant: OpenTenant,
  expected: Expected,
  options: PullOptions = {},
): Promise<Diagnosis> {
  const { action, audiences, catalog, token } = expected;
  const state = await readTriggerState(tenant.reader, action.name, action.trigger.id);
  const { apis, roles, drift } =
    catalog === undefined ? await readLists(tenant) : await compare(tenant, expected, catalog, options);
  const claims = [...new Set(audiences.map(({ claim }) => claim))];
  const deployed = state.action?.deployed;
  const findings = [
    ...actionFindings(action, state, claims, expected.siblings),
    ...apiFindings(audiences, apis),
    ...roleFindings(roles),
    ...driftFindings(drift, state),
    ...(expected.readsManagementApi === true ? rateFindings(tenant) : []),
    ...(token === undefined
      ? []
      : tokenFindings(token, { domain: tenant.domain, audiences, deployed, now: tenant.clock.now() })),
  ];
  const order = ['error', 'warning', 'note'];
  return {
    findings: findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)),
    drift,
    deployedCode: deployed?.code,
  };
}

interface Permissions {
  readonly apis: readonly ApiExport[];
  readonly roles: number;
  readonly drift: readonly CatalogChange[];
}

async function readLists({ reader }: OpenTenant): Promise<Permissions> {
  const apis = await readOffsetList(apiList(reader));
  const roles = await readOffsetList(roleList(reader));
  return { apis: apis.map(({ api }) => api), roles: roles.length, drift: [] };
}

async function compare(
  tenant: OpenTenant,
  { counts = () => true }: Expected,
  catalog: ComparedCatalog,
  options: PullOptions,
): Promise<Permissions> {
  const found = await pull(tenant, options);
  return {
    apis: found.apis,
    roles: found.roles.length,
    drift: diffCatalogs(catalogOf(catalog, counts), catalogOf(comparedCatalog(found), counts)),
  };
}

function driftFindings(drift: readonly CatalogChange[], { action }: TriggerState): Finding[] {
  if (drift.length === 0) return [];
  const roles = drift.filter(({ kind }) => kind === 'role-permissions' || kind === 'role').length;
  const since = action?.deployed?.deployedAt;
  const when = since === undefined ? '' : `, deployed on ${new Date(since).toISOString().slice(0, 10)}`;
  return [
    {
      code: 'drift',
      severity: 'warning',
      message: `the tenant and the catalog in git differ in ${drift.length} ${drift.length === 1 ? 'place' : 'places'}, ${roles} of them roles: the Action${when} grants what the catalog says`,
      fix: 'Run claimgen pull, look at the difference, then claimgen build and claimgen deploy.',
    },
  ];
}

/** Requests in a burst below which logins with the Management API as a source are at risk. */
const SMALL_BURST = 10;

function rateFindings({ rateLimit }: OpenTenant): Finding[] {
  const burst = rateLimit()?.limit;
  if (burst === undefined || burst > SMALL_BURST) return [];
  return [
    {
      code: 'rate_limit',
      severity: 'warning',
      message: `the Management API allows a burst of ${burst} requests, which every login that misses the cache shares`,
      fix: 'Let the Action read roles, or a higher cacheSeconds, or ask Auth0 for a higher limit.',
    },
  ];
}
