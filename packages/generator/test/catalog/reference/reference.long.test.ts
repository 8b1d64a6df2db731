import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { CatalogFiles } from '../../../src/catalog/catalog-format.ts';
import { NeededApis } from '../../../src/catalog/needed-apis.ts';
import { readCatalog } from '../../../src/catalog/read-catalog.ts';
import { InputError } from '../../../src/errors.ts';
import { type Asset, type Assets, readAsDeployCli } from './deploy-cli.ts';
import {
  KEYWORDS,
  NEEDED,
  OPEN,
  OPEN_IDENTIFIER,
  OPEN_NAME,
  randomExport,
  UNNEEDED,
} from './random-export.ts';
import { writeFolder, writeYaml } from './write-export.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 40);
const needed = new Set(NEEDED);

describe('a random export is what auth0-deploy-cli would deploy', () => {
  it.each([
    ['a tenant.yaml', writeYaml],
    ['a folder', writeFolder],
  ])('as %s', { timeout: 600_000 }, async (_, write) => {
    const outcomes = { same: 0, refused: 0, refusedThere: 0 };
    await fc.assert(
      fc.asyncProperty(randomExport, async (random) => {
        const files = write(random);
        const assets = await readAsDeployCli(files, { ...KEYWORDS, ...UNNEEDED, ...OPEN }).catch(
          () => undefined,
        );
        if (assets === undefined) {
          outcomes.refusedThere += 1;
          return;
        }
        const expected = catalogOf(assets);
        const actual = attempt(() => readCatalog(catalogFiles(files), KEYWORDS, new NeededApis(NEEDED)));
        if (expected === undefined) {
          outcomes.refused += 1;
          // It says what it can't know, or what nobody could.
          expect(String(actual)).toMatch(
            /nothing replaces the keyword|two APIs have|two roles are named|holds no permission/,
          );
        } else {
          outcomes.same += 1;
          expect(withoutNotes(actual)).toEqual(expected);
        }
      }),
      { numRuns },
    );
    // The property says nothing where everything is refused.
    expect(outcomes.same).toBeGreaterThan(numRuns / 4);
  });
});

function catalogFiles(files: Readonly<Record<string, string>>): CatalogFiles {
  const named = (folder: string) =>
    Object.entries(files)
      .filter(([file]) => file.startsWith(`${folder}/`))
      .map(([file, text]) => ({ file, text }));
  const yaml = files['tenant.yaml'];
  if (yaml !== undefined) return { format: 'tenant.yaml', file: { file: 'tenant.yaml', text: yaml } };
  return {
    format: 'folder',
    folder: '.',
    apis: named('resource-servers'),
    roles: named('roles'),
    grants: named('grants'),
  };
}

function attempt(read: () => Catalog): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function withoutNotes(catalog: unknown): unknown {
  if (catalog instanceof Error) throw catalog;
  const {
    notes: _notes,
    organizationRoles: _roles,
    statesNoRoles: _none,
    clientGrants,
    apis,
    ...others
  } = catalog as Catalog;
  // No build depends on lifetimes: one that a keyword leaves open is left out.
  const rest = { ...others, apis: apis.map(({ tokenLifetime: _lifetime, ...api }) => api) };
  if (clientGrants === undefined) return rest;
  const known = (audience: string) => audience.replace(/^(##|@@)OPEN_IDENTIFIER\1$/, OPEN_IDENTIFIER);
  return {
    ...rest,
    clientGrants: clientGrants.map((grant) => ({ ...grant, audience: known(grant.audience) })),
  };
}

/**
 * What claimgen must make of what would be deployed, or undefined where it must refuse: two of a name, a name that is none, and what it
 * needs to know where only the reference has a value for a keyword.
 */
function catalogOf(assets: Assets): Omit<Catalog, 'notes'> | undefined {
  const roles = (assets.roles ?? [])
    .filter(({ type }) => type !== 'organization')
    // A role that can grant nothing of these APIs need not have a name.
    .filter((role) => !isOpen(role['name']) || mayGrant(role));
  const grants = (assets.clientGrants ?? []).filter(
    ({ audience, subject_type: subject }) => mayBeNeeded(audience) && subject !== 'user',
  );
  const apis = (assets.resourceServers ?? []).filter(({ identifier }) => !isOpen(identifier));
  const isRefused =
    apis.length < (assets.resourceServers ?? []).length ||
    apis.some((api) => needed.has(api['identifier'] as string) && !isClearApi(api)) ||
    !roles.every(isClearRole) ||
    grants.some(({ scope }) => scope !== undefined && (scope as unknown[]).some(isOpen)) ||
    hasTwins(apis.map(({ identifier }) => identifier)) ||
    hasTwins(roles.map(({ name }) => name));
  const permissions = apis.flatMap((api) =>
    scopesOf(api)
      .filter(({ value }) => isName(value))
      .map(({ value, description }) => ({
        name: value as string,
        audience: api['identifier'] as string,
        ...(typeof description === 'string' && description !== UNNEEDED.NOTE ? { description } : {}),
      })),
  );
  if (isRefused || permissions.length === 0) return undefined;
  const has = (granted: Asset) =>
    permissions.some(
      ({ name, audience }) =>
        name === granted['permission_name'] && audience === granted['resource_server_identifier'],
    );
  return {
    permissions,
    roles: roles.map((role) => ({
      name: role['name'] as string,
      permissions: grantedBy(role)
        .filter(has)
        .map((one) => ({
          name: one['permission_name'] as string,
          audience: one['resource_server_identifier'] as string,
        })),
    })),
    apis: apis.map((api) => ({
      identifier: api['identifier'] as string,
      name: api['name'] as string,
      ...(api['enforce_policies'] === undefined
        ? {}
        : { enforcePolicies: api['enforce_policies'] as boolean }),
      ...(api['token_dialect'] === undefined || isOpen(api['token_dialect'])
        ? {}
        : { tokenDialect: api['token_dialect'] as string }),
      ...(api['signing_alg'] === undefined ? {} : { signingAlgorithm: api['signing_alg'] as string }),
    })),
    ...(grants.length === 0
      ? {}
      : {
          clientGrants: grants.map((grant) => ({
            client:
              grant['default_for'] === undefined ? (grant['client_id'] as string) : 'any third-party client',
            audience: grant['audience'] as string,
            scopes:
              grant['allow_all_scopes'] === true || grant['scope'] === undefined
                ? ('all' as const)
                : (grant['scope'] as string[]),
          })),
        }),
  };
}

function scopesOf(api: Asset): readonly Asset[] {
  return (api['scopes'] ?? []) as readonly Asset[];
}

function grantedBy(role: Asset): readonly Asset[] {
  return (role['permissions'] ?? []) as readonly Asset[];
}

function isClearApi(api: Asset): boolean {
  return scopesOf(api).every(({ value }) => isName(value)) && !isOpen(api['token_dialect']);
}

function mayGrant(role: Asset): boolean {
  return grantedBy(role).some(({ resource_server_identifier: api }) => mayBeNeeded(api));
}

function isClearRole(role: Asset): boolean {
  return (
    !isOpen(role['name']) &&
    grantedBy(role).every(
      ({ permission_name: name, resource_server_identifier: api }) =>
        !isOpen(api) && !(needed.has(api as string) && isOpen(name)),
    )
  );
}

/** Whether only the reference has a value for a keyword here, or none has. */
function isOpen(value: unknown): boolean {
  return value === OPEN_NAME || value === OPEN_IDENTIFIER || value === '##ORDERS##';
}

/** An audience that is open may be any API. */
function mayBeNeeded(audience: unknown): boolean {
  return needed.has(audience as string) || isOpen(audience);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/\s/.test(value) && !isOpen(value);
}

function hasTwins(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}
