// Who gets what of one API, for report.md.
import { createHash } from 'node:crypto';
import { count } from '../format/count.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { audienceSettings } from '../plan/audience-settings.ts';
import { machineGrants } from '../plan/machine-grants.ts';
import { roleGrants } from '../plan/role-grants.ts';

/** A row's first cell, and what it says of it. */
export interface AccessRow {
  readonly name: string;
  readonly count: string;
  readonly detail: string;
}

/**
 * Lines that stay few for any tenant, and of which a change of roles changes those that name what it is about: one for each role, and one for
 * each permission. Short lists are written out; of longer ones a digest stands for the names, so that the line changes with them.
 */
export interface AudienceAccess {
  readonly name: string;
  /** Sources of permissions and what happens when they fail. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly roles: readonly AccessRow[];
  readonly permissions: readonly AccessRow[];
  readonly machines: readonly AccessRow[];
}

/** Names written out in a role's or client's line. */
const MAX_NAMES = 12;
/** Names that a role lacks, where it has nearly all. */
const MAX_LACKING = 4;
/** Roles written out in a permission's line. */
const MAX_ROLES = 8;

/**
 * @param domain the tenant's, where the environment has another than the config's managementApi
 * @param code writes a foreign name
 */
export function audienceAccess(
  input: AudiencePlan,
  domain: string | undefined,
  code: (name: string) => string,
): AudienceAccess {
  const permissions = [...input.selected.keys()].sort();
  const grants = [...roleGrants(input)].sort(([a], [b]) => (a < b ? -1 : 1));
  const holders = new Map<string, string[]>(permissions.map((name) => [name, []]));
  for (const [role, names] of grants) for (const name of names) holders.get(name)?.push(role);
  const namesOf = (names: readonly string[]) => namesCell(names, permissions, code);
  return {
    name: code(input.audience.name),
    settings: [...audienceSettings(input, domain)]
      .filter(([name]) => name.startsWith('action'))
      .map(([name, value]) => ({ name: code(name), value: code(value) })),
    roles: grants.map(([role, names]) => ({
      name: code(role),
      count: count(names.length),
      detail: namesOf(names),
    })),
    permissions: [...holders].map(([name, roles]) => ({
      name: code(name),
      count: count(roles.length),
      detail: roles.length <= MAX_ROLES ? list(roles, code) : digest(roles, code),
    })),
    machines: [...machineGrants(input)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([client, { scopes, all }]) => ({
        name: code(client),
        count: count(scopes.length),
        detail: all
          ? 'every scope of the API'
          : scopes.length <= MAX_NAMES
            ? list(scopes, code)
            : digest(scopes, code),
      })),
  };
}

/** The names themselves, those of all that are missing, or a digest. */
function namesCell(names: readonly string[], all: readonly string[], code: (name: string) => string): string {
  if (names.length <= MAX_NAMES) return list(names, code);
  if (names.length === all.length) return 'all';
  if (all.length - names.length > MAX_LACKING) return digest(names, code);
  const held = new Set(names);
  return `all but ${list(
    all.filter((name) => !held.has(name)),
    code,
  )}`;
}

function list(names: readonly string[], code: (name: string) => string): string {
  return names.map(code).join(', ');
}

/** 48 bits that change with the names. */
function digest(names: readonly string[], code: (name: string) => string): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('base64url').slice(0, 8);
  return `digest ${code(hash)}`;
}
