// What a reload changes of the permissions in tokens: the names where roles say all, everything where something else may have had a hand in it.
import { isDeepStrictEqual } from 'node:util';
import type { Change, DevClient, difference } from '@claimgen/dev';
import { GUARDS } from '@claimgen/verifier/changes';
import { PermissionMap } from '../catalog/permission-map.ts';
import { asOfMember } from '../plan/claim-table.ts';
import type { Plan } from '../plan/plan.ts';
import type { SimulatedUser } from '../simulate/simulated-user.ts';
import type { Fixtures } from './fixtures.ts';

/** Audience name → role → permission names, as `hasPermission` knows them there. */
export type RoleTables = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** All that a token's permissions come of. */
export interface Granted {
  /** Config and catalog but for the roles, to be compared as a whole. */
  readonly rules: unknown;
  readonly roles: RoleTables;
  /** Whether more roles never mean fewer permissions. */
  readonly growsWithRoles: boolean;
  readonly users: ReadonlyMap<string, SimulatedUser>;
  readonly clients: ReadonlyMap<string, DevClient>;
  /** By audience name, the milliseconds that verifiers allow between reading permissions and the time that a token has of it. */
  readonly guards: ReadonlyMap<string, number>;
}

export function grantedBy({ config, audiences, catalog }: Plan, { users, clients }: Fixtures): Granted {
  return {
    // As text: functions, which differ each time, are left out.
    rules: JSON.stringify([config, catalog.permissions, catalog.apis], (_, value: unknown) =>
      value instanceof Map || value instanceof Set ? [...value] : value,
    ),
    roles: new Map(
      audiences.map(({ audience, selected }) => {
        const names = new PermissionMap<string>();
        for (const [name, permission] of selected) names.set(permission, name);
        return [
          audience.name,
          new Map(catalog.roles.map(({ name, permissions }) => [name, names.valuesOf(permissions)])),
        ];
      }),
    ),
    growsWithRoles: audiences.every(({ audience }) => audience.onOverflow === undefined),
    users: new Map(users.map((user) => [user.id, user])),
    clients: new Map(clients.map((client) => [client.id, client])),
    guards: new Map(
      audiences.map(({ audience }) => [audience.name, GUARDS[asOfMember(audience).asOf ?? 'event']]),
    ),
  };
}

const EVERYTHING = { lost: '*', gained: '*' } as const;

/**
 * The changes that tokens from before have to be told of. They may name more than has changed, which costs a refresh, and never less.
 * @param compare `difference` of @claimgen/changes
 * @param since milliseconds since the epoch: no token that is issued later is one of before
 */
export function changesBetween(
  before: Granted,
  after: Granted,
  compare: typeof difference,
  since: number,
): readonly Change[] {
  const audiences = [...new Set([...before.guards.keys(), ...after.guards.keys()])];
  const ofRoles = compare(before.roles, after.roles);
  const isWide = before.rules !== after.rules || (ofRoles.length > 0 && !after.growsWithRoles);
  const wide = audiences.map((aud): ChangeAt => ({ aud, of: 'users', ...EVERYTHING }));
  // Verifiers add the guard, for slow Actions and codes that wait. Here the time is known to which tokens are of before.
  const dated = [
    ...(isWide ? wide : (ofRoles as ChangeAt[])),
    ...audiences.flatMap((aud) => ofUsers(before, after, aud)),
  ].map((change) => ({ ...change, at: since - guardOf(before, after, change.aud) }));
  return [...dated, ...ofMachines(before, after).map((change) => ({ ...change, at: since - GUARDS.event }))];
}

/** A change of one audience. */
type ChangeAt = Change & { readonly aud: string };

/** The shorter one, where the audience has another one than before. */
function guardOf(before: Granted, after: Granted, aud: string): number {
  return Math.min(before.guards.get(aud) ?? GUARDS.event, after.guards.get(aud) ?? GUARDS.event);
}

function ofUsers(before: Granted, after: Granted, aud: string): ChangeAt[] {
  return [...before.users.values()].flatMap((was): ChangeAt[] => {
    const { id: sub } = was;
    const is = after.users.get(sub);
    if (is === undefined) return [{ sub, aud, out: true }];
    if (isDeepStrictEqual(was, is)) return [];
    const isOfRoles = was.roles !== null && is.roles !== null && after.growsWithRoles;
    if (!isOfRoles || !isDeepStrictEqual({ ...was, roles: [] }, { ...is, roles: [] }))
      return [{ sub, aud, ...EVERYTHING }];
    const [had, has] = [was.roles ?? [], is.roles ?? []];
    const lost = namesOf(
      before.roles.get(aud),
      had.filter((role) => !has.includes(role)),
    );
    const gained = namesOf(
      after.roles.get(aud),
      has.filter((role) => !had.includes(role)),
    );
    return lost.length + gained.length === 0 ? [] : [{ sub, aud, lost, gained }];
  });
}

function namesOf(
  table: ReadonlyMap<string, readonly string[]> | undefined,
  roles: readonly string[],
): string[] {
  return [...new Set(roles.flatMap((role) => table?.get(role) ?? []))].sort();
}

/** What clients themselves are granted is read from the fixtures as it is, and no Action is run for it. */
function ofMachines(before: Granted, after: Granted): Change[] {
  return [...before.clients.values()].flatMap((was): Change[] => {
    const sub = `${was.id}@clients`;
    const is = after.clients.get(was.id);
    if (was.grants.size === 0 || isDeepStrictEqual(was.grants, is?.grants)) return [];
    return [is === undefined ? { sub, out: true } : { sub, ...EVERYTHING }];
  });
}
