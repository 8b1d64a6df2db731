import type { Catalog } from '../catalog/catalog.ts';
import { SizeHistogram } from '../model/size-histogram.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { HeldPlaces } from '../sizing/held-places.ts';
import { modelUsers } from '../sizing/model-users.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { TokenSizes } from '../sizing/token-size.ts';
import type { Distribution, Spread } from './page-data.ts';

const USERS = 1000;
/** Large layouts take longer a user; the picture stays the same. */
const USERS_OF_LARGE_LAYOUTS = 300;
const LARGE_LAYOUT = 5000;
const SEED = 1;
const MAX_BINS = 30;

/** The users that every distribution of a page is measured with: the same for the same catalog. */
export function pageUsers(catalog: Catalog): PopulationUser[] {
  return [...modelUsers(catalog, USERS, SEED)];
}

/**
 * Sizes modelled users' lines, with the claim of this config and with Auth0's stock claim. The same for the same input.
 * @param modelled `pageUsers` of the catalog
 */
export function distributionOf(input: AudiencePlan, modelled: readonly PopulationUser[]): Distribution {
  const stockAudience = {
    ...input.audience,
    claim: 'permissions',
    encoding: 'names' as const,
    scopes: 'keep' as const,
  };
  const held = new HeldPlaces(input);
  const sizes = new TokenSizes(input, held);
  const stockSizes = new TokenSizes({ ...input, audience: stockAudience }, held);
  const ours = new SizeHistogram();
  const stock = new SizeHistogram();
  const users = held.count > LARGE_LAYOUT ? USERS_OF_LARGE_LAYOUTS : USERS;
  for (const user of modelled.slice(0, users)) {
    const places = held.of(user);
    ours.add(sizes.measureHeld(places, user).line);
    stock.add(stockSizes.measureHeld(places, user).line);
  }
  return { users, seed: SEED, bins: binsOf(ours), ours: spreadOf(ours), stock: spreadOf(stock) };
}

function binsOf(histogram: SizeHistogram): Distribution['bins'] {
  const from = histogram.quantile(0);
  const span = histogram.quantile(1) - from + 1;
  const width = Math.ceil(span / MAX_BINS);
  const counts = Array.from({ length: Math.ceil(span / width) }, (_, index) =>
    histogram.between(from + index * width, from + (index + 1) * width),
  );
  return { from, width, counts };
}

function spreadOf(histogram: SizeHistogram): Spread {
  return {
    ...histogram.quantiles(),
    twentieths: Array.from({ length: 21 }, (_, index) => histogram.quantile(index / 20)),
  };
}
