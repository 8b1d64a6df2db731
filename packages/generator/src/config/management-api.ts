import type { ManagementApiSource } from '@claimgen/action-runtime';

/** How the Action asks the Management API, as the config writes it. */
export interface RawManagementApi {
  domain: string;
  clientIdSecret?: string;
  clientSecretSecret?: string;
  deadlineMs?: number;
  maxRequests?: number;
  cacheSeconds?: number;
}

const DEFAULTS = {
  clientIdSecret: 'CLAIMGEN_CLIENT_ID',
  clientSecretSecret: 'CLAIMGEN_CLIENT_SECRET',
  // A trigger has 20 seconds for all its Actions.
  deadlineMs: 2000,
  // An API has 1,000 permissions at most (Auth0's entity limits), which are 20 pages: with the token's request, four are left to try again.
  maxRequests: 25,
  cacheSeconds: 60,
};

export function readManagementApi(
  raw: RawManagementApi,
): Omit<ManagementApiSource, 'kind' | 'organizations' | 'onError' | 'onErrorRefresh'> {
  return { ...DEFAULTS, ...raw };
}
