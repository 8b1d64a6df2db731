import { largestLine } from '../budget/audience-report.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { pairAudiences } from '../plan/audience-pairs.ts';
import { type PlanInput, planProject } from '../plan/plan.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { TokenSizes } from '../sizing/token-size.ts';
import { type AudiencePopulation, AudienceTally, type SizedUser } from './audience-tally.ts';

/** How large the tokens of real or modelled users are. */
export interface Population {
  readonly users: number;
  readonly audiences: readonly AudiencePopulation[];
  /** Roles that users hold and the catalog does not know, at most 20, with how many users hold each. */
  readonly unknownRoles: readonly { readonly role: string; readonly users: number }[];
}

export interface PopulationInput {
  readonly now: PlanInput;
  /** What to compare with. */
  readonly base?: PlanInput | undefined;
  readonly onOver?: ((audience: string, user: SizedUser) => void) | undefined;
  readonly onUser?: (() => void) | undefined;
  /** Whether the users are made up: what they hold says nothing of anybody. */
  readonly modelled?: boolean | undefined;
}

const MAX_UNKNOWN_ROLES = 20;

/**
 * Sizes each user's token for each audience, user by user: memory does not grow with their number.
 * @throws InputError from the users' source
 */
export async function measurePopulation(
  input: PopulationInput,
  users: AsyncIterable<PopulationUser> | Iterable<PopulationUser>,
): Promise<Population> {
  const tallies = talliesOf(input);
  const unknown = new UnknownRoles(input.now.catalogs.get(input.now.environment) as Catalog);
  let count = 0;
  for await (const user of users) {
    for (const tally of tallies) tally.add(user);
    unknown.add(user);
    count++;
    input.onUser?.();
  }
  return { users: count, audiences: tallies.map((tally) => tally.result()), unknownRoles: unknown.result() };
}

function talliesOf({ now, base, onOver, modelled }: PopulationInput): AudienceTally[] {
  const earlier = base === undefined ? [] : planProject(base).audiences;
  return pairAudiences(earlier, planProject(now).audiences).flatMap(({ was: old, is: input }) => {
    if (input === undefined) return [];
    const { audience } = input;
    return new AudienceTally({
      name: audience.name,
      sizes: new TokenSizes(input),
      budget: audience.budget.bytes,
      bound: largestLine(input),
      base: old === undefined ? undefined : { sizes: new TokenSizes(old), budget: old.audience.budget.bytes },
      countsUnread: modelled !== true,
      onOver: onOver === undefined ? undefined : (user) => onOver(audience.name, user),
    });
  });
}

class UnknownRoles {
  readonly #known: ReadonlySet<string>;
  readonly #users = new Map<string, number>();

  constructor(catalog: Catalog) {
    this.#known = new Set(catalog.roles.map(({ name }) => name));
  }

  add({ roles }: PopulationUser): void {
    for (const role of roles) {
      if (this.#known.has(role)) continue;
      const users = this.#users.get(role);
      if (users !== undefined || this.#users.size < MAX_UNKNOWN_ROLES)
        this.#users.set(role, (users ?? 0) + 1);
    }
  }

  result(): Population['unknownRoles'] {
    return [...this.#users].map(([role, users]) => ({ role, users })).sort((a, b) => b.users - a.users);
  }
}
