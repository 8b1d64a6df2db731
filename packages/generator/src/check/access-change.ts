// What a branch gives to whom, and takes from whom, in one audience's tokens.
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { machineGrants } from '../plan/machine-grants.ts';
import { roleGrants } from '../plan/role-grants.ts';

/** Names that are new, and names that are gone; both sorted by UTF-16 code units. */
export interface NameChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** What a role gives in an audience's tokens that it did not give before, and no longer gives. */
export interface GrantChange extends NameChange {
  readonly role: string;
}

/** The same for a client's grants of scopes, which its tokens carry. */
export interface MachineChange extends NameChange {
  readonly client: string;
  /** Whether it may request every scope of the API, later ones too. */
  readonly all: { readonly before: boolean; readonly after: boolean };
}

/** Compares two lists of names, in any order. */
export function compareNames(before: Iterable<string>, after: Iterable<string>): NameChange {
  const [was, is] = [new Set(before), new Set(after)];
  return {
    gained: [...is].filter((name) => !was.has(name)).sort(),
    lost: [...was].filter((name) => !is.has(name)).sort(),
  };
}

/** Whether anything is new or gone. */
export function hasChange({ gained, lost }: NameChange): boolean {
  return gained.length > 0 || lost.length > 0;
}

/** The roles whose permissions change, in the order of their names. */
export function compareRoles(
  before: AudiencePlan | undefined,
  after: AudiencePlan | undefined,
): GrantChange[] {
  const was = before === undefined ? new Map<string, readonly string[]>() : roleGrants(before);
  const is = after === undefined ? new Map<string, readonly string[]>() : roleGrants(after);
  return keysOf(was, is)
    .map((role) => ({ role, ...compareNames(was.get(role) ?? [], is.get(role) ?? []) }))
    .filter(hasChange);
}

/** The clients whose scopes change, in the order of their names. */
export function compareMachines(
  before: AudiencePlan | undefined,
  after: AudiencePlan | undefined,
): MachineChange[] {
  const was = before === undefined ? new Map() : machineGrants(before);
  const is = after === undefined ? new Map() : machineGrants(after);
  return keysOf(was, is)
    .map((client) => ({
      client,
      ...compareNames(was.get(client)?.scopes ?? [], is.get(client)?.scopes ?? []),
      all: { before: was.get(client)?.all === true, after: is.get(client)?.all === true },
    }))
    .filter((change) => hasChange(change) || change.all.before !== change.all.after);
}

function keysOf(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort();
}
