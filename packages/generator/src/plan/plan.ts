// What a build, a check and every other command rests on: config, catalogs and lock, worked out for one environment.
import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { Config } from '../config/config.ts';
import { importedApis } from '../layout/imported-apis.ts';
import { growLayout } from '../layout/layout.ts';
import type { Lock } from '../layout/lock.ts';
import { orderByRoles } from '../layout/order/order-by-roles.ts';
import { select } from '../selection/select.ts';
import type { AudiencePlan } from './audience-plan.ts';

/** Everything that a plan depends on. */
export interface PlanInput {
  readonly config: Config;
  /** By environment name. */
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly lock: Lock;
  /** The environment that the Action and the report are for. */
  readonly environment: string;
  /** The payload of `token.sample`, by audience name. */
  readonly samples: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** One environment of a config, worked out. */
export interface Plan {
  readonly config: Config;
  readonly environment: string;
  /** The tenant's domain, where the environment has another than the config's managementApi. */
  readonly domain: string | undefined;
  /** The environment's. */
  readonly catalog: Catalog;
  readonly catalogs: ReadonlyMap<string, Catalog>;
  /** As it is kept once this is built. */
  readonly lock: Lock;
  /** In the config's order. */
  readonly audiences: readonly AudiencePlan[];
}

/**
 * Selects each audience's permissions and grows its layout by what is new.
 * @throws InputError
 */
export function planProject(input: PlanInput): Plan {
  const { config, catalogs, environment, lock } = input;
  const catalog = catalogs.get(environment);
  if (catalog === undefined) throw new Error('every environment has a catalog');
  const audiences = config.audiences.map((audience) => planAudience(audience, catalog, input));
  return {
    config,
    environment,
    domain: config.environments.find(({ name }) => name === environment)?.domain,
    catalog,
    catalogs,
    // Audiences that left the config keep their entry: a layout that comes back must not move.
    lock: new Map([...lock, ...audiences.map(({ audience, layout }) => [audience.name, layout] as const)]),
    audiences,
  };
}

function planAudience(
  audience: AudienceConfig,
  catalog: Catalog,
  { catalogs, lock, environment, samples }: PlanInput,
): AudiencePlan {
  const selection = select(audience, catalogs);
  const order = orderByRoles(selection, catalogs);
  const earlier = lock.get(audience.name);
  const from = importedApis(audience, catalogs, earlier);
  const { active, lineages, previously } = growLayout(audience.name, earlier, selection.names, order);
  return {
    audience,
    environment,
    identifier: audience.identifiers.get(environment) as string,
    catalog,
    selection,
    selected: selection.byEnvironment.get(environment) ?? new Map(),
    layout: {
      active,
      ...(from === undefined ? {} : { from }),
      ...(previously === undefined ? {} : { previously }),
      lineages,
    },
    order,
    sample: samples.get(audience.name) ?? {},
  };
}
