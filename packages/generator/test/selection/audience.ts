import type { Catalog, Permission } from '../../src/catalog/catalog.ts';
import type { AudienceConfig } from '../../src/config/audience-config.ts';
import { readConfig } from '../../src/config/config.ts';
import type { RawAudience, RawConfig } from '../../src/config/raw-config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

export const ORDERS = 'https://orders.acme.example';

/** The audience `orders` of a config, with what a test says of it. */
export function audienceOf(own: Partial<RawAudience>, more: Partial<RawConfig> = {}): AudienceConfig {
  const raw = {
    catalog: 'catalog.json',
    claim: 'pz',
    ...more,
    audiences: { orders: { audience: ORDERS, ...own }, ...more.audiences },
  };
  const audience = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(raw))).audiences[0];
  if (audience === undefined) throw new Error('the config has an audience');
  return audience;
}

/** A catalog of these permissions, without roles. */
export function catalogOf(permissions: readonly (string | Permission)[]): Catalog {
  return {
    permissions: permissions.map((entry) => (typeof entry === 'string' ? { name: entry } : entry)),
    roles: [],
    apis: [],
    notes: [],
  };
}
