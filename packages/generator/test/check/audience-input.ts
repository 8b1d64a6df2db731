// One audience of a plan, from a few names.

import { readConfig } from '../../src/config/config.ts';
import type { AudiencePlan } from '../../src/plan/audience-plan.ts';
import { planProject } from '../../src/plan/plan.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

/**
 * @param roles the names that each role has
 * @param permissions of the catalog
 * @param selected those that the audience selects
 */
export function audienceInput(
  roles: Readonly<Record<string, readonly string[]>>,
  permissions: readonly string[],
  selected: readonly string[],
  settings: object = {},
): AudiencePlan {
  const config = readConfig(
    parseSourceText(
      'claimgen.config.json',
      JSON.stringify({
        catalog: 'catalog.json',
        claim: 'pz',
        audiences: { orders: { audience: 'https://orders.example', exact: selected, ...settings } },
      }),
    ),
  );
  const { audiences } = planProject({
    config,
    catalogs: new Map([
      [
        '',
        {
          permissions: permissions.map((name) => ({ name })),
          roles: Object.entries(roles).map(([name, held]) => ({
            name,
            permissions: held.map((permission) => ({ name: permission })),
          })),
          apis: [],
          notes: [],
        },
      ],
    ]),
    environment: '',
    samples: new Map(),
    lock: new Map(),
  });
  return audiences[0] as AudiencePlan;
}
