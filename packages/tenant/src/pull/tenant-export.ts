// What a tenant says about permissions, in Auth0's own field names: the value that `pull` reads and everything else is made from.

import type { List } from './packed-list.ts';

export interface Scope {
  readonly value: string;
  readonly description?: string;
}

/** An API. Other fields are kept as the tenant gave them, for auth0-deploy-cli's files. */
export interface ApiExport {
  readonly name: string;
  readonly identifier: string;
  readonly scopes: List<Scope>;
  readonly enforce_policies?: boolean;
  readonly token_dialect?: string;
  readonly signing_alg?: string;
  readonly token_encryption?: unknown;
  readonly token_lifetime?: number;
  readonly token_lifetime_for_web?: number;
  readonly [field: string]: unknown;
}

export interface GrantedPermission {
  readonly permission_name: string;
  readonly resource_server_identifier: string;
}

export interface RoleExport {
  readonly name: string;
  readonly description?: string;
  readonly permissions: List<GrantedPermission>;
}

/** What a machine may request of an API. */
export interface GrantExport {
  readonly client_id: string;
  readonly audience: string;
  /** Undefined where the tenant doesn't say. */
  readonly scope?: readonly string[];
  readonly [field: string]: unknown;
}

/** Whether machines get it. Grants to users limit what users may request; all that is not known to be one counts. */
export function isOfMachines(grant: GrantExport): boolean {
  return grant['subject_type'] !== 'user';
}

/** Who has a grant, in the words that the generator has for it, too. */
export function grantee(grant: GrantExport): string {
  const { client_id, default_for: defaultFor } = grant;
  if (defaultFor === 'third_party_clients') return 'any third-party client';
  if (typeof defaultFor === 'string' && defaultFor !== '') return `any of ${defaultFor}`;
  return client_id === '' ? 'a client without a name' : client_id;
}

/** The scopes of a grant; `all` where it says so, or doesn't say. */
export function grantedScopes(grant: GrantExport): readonly string[] | 'all' {
  return grant['allow_all_scopes'] === true || grant.scope === undefined ? 'all' : grant.scope;
}

/** Sorted by name or identifier, so that the same tenant gives the same files. */
export interface TenantExport {
  readonly apis: readonly ApiExport[];
  readonly roles: readonly RoleExport[];
  readonly clientGrants: readonly GrantExport[];
  /** What the reader should know, but that stops nothing. */
  readonly notes: readonly string[];
}

/** Orders strings by code units, the same on every machine. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders permissions by API, then by name. */
export function comparePermissions(a: GrantedPermission, b: GrantedPermission): number {
  return (
    compareStrings(a.resource_server_identifier, b.resource_server_identifier) ||
    compareStrings(a.permission_name, b.permission_name)
  );
}

/** What tells one permission from another. */
export function permissionKey({ permission_name, resource_server_identifier }: GrantedPermission): string {
  return JSON.stringify([resource_server_identifier, permission_name]);
}
