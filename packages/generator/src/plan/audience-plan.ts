// One API in one environment: what everything that is built for it, or said of it, is made from.
import type { Catalog, Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { AudienceLayout, OrderNames } from '../layout/layout.ts';
import type { Selection } from '../selection/select.ts';

/** What an audience selects in an environment, and the layout that holds it. */
export interface AudiencePlan {
  readonly audience: AudienceConfig;
  /** Empty for the config's base. */
  readonly environment: string;
  /** The API's, in this environment. */
  readonly identifier: string;
  readonly catalog: Catalog;
  /** Of every environment. */
  readonly selection: Selection;
  /** This environment's permissions by the name they go by in the layout. */
  readonly selected: ReadonlyMap<string, Permission>;
  readonly layout: AudienceLayout;
  /** The order for a first generation of this audience. */
  readonly order: OrderNames;
  /** The payload of `token.sample`. */
  readonly sample: Readonly<Record<string, unknown>>;
}
