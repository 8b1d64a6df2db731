// One audience of a plan, over a catalog of an API and a layout that was there before.
import type { Catalog, Permission } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { growLayout } from '../../src/layout/layout.ts';
import type { AudiencePlan } from '../../src/plan/audience-plan.ts';
import { planProject } from '../../src/plan/plan.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

export const API = 'https://orders.example';

/** Names with numbers, in the order of the numbers. */
export function list(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}:${String(index).padStart(4, '0')}`);
}

export interface Situation {
  readonly permissions: readonly (string | Permission)[];
  readonly roles?: Catalog['roles'];
  /** Of the audience. */
  readonly audience?: object;
  readonly token?: object;
  readonly budget?: object;
  /** What the catalog says of the API besides its identifier. */
  readonly api?: object;
  /** The generations that the lock has. */
  readonly built?: readonly (readonly string[])[];
  readonly sample?: Record<string, unknown>;
  readonly clientGrants?: Catalog['clientGrants'];
}

export function planOf(situation: Situation): AudiencePlan {
  const { permissions, roles = [], audience = {}, token, budget, api, built = [], sample = {} } = situation;
  const config = readConfig(
    parseSourceText(
      'claimgen.config.json',
      JSON.stringify({
        catalog: 'catalog.json',
        claim: 'pz',
        token,
        budget,
        audiences: { orders: { audience: API, globs: ['*'], ...audience } },
      }),
    ),
  );
  const catalog: Catalog = {
    permissions: permissions.map((permission) =>
      typeof permission === 'string' ? { name: permission, audience: API } : permission,
    ),
    roles,
    apis:
      api === undefined
        ? []
        : [
            // What is said of another API is not said of this one.
            { identifier: 'https://other.example', tokenDialect: 'other_authz' },
            { identifier: API, ...api },
          ],
    notes: [],
    ...(situation.clientGrants === undefined ? {} : { clientGrants: situation.clientGrants }),
  };
  const [first, ...later] = built;
  const lock = new Map();
  if (first !== undefined) {
    const keep = (names: readonly string[]) => names;
    let layout = growLayout('orders', undefined, first, keep);
    for (const added of later) layout = growLayout('orders', layout, added, keep);
    lock.set('orders', layout);
  }
  const { audiences } = planProject({
    config,
    catalogs: new Map([['', catalog]]),
    lock,
    environment: '',
    samples: new Map([['orders', sample]]),
  });
  return audiences[0] as AudiencePlan;
}
