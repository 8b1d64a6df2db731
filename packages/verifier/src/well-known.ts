// What an API answers at /.well-known/claimgen, for any framework: which layouts it reads, by their ids. `claimgen deploy --verified-by` asks
// for it before an Action writes claims that the API could not read. Names of permissions are not in it.
import type { Layout } from './layout.ts';

/** An answer to GET, to be sent as it is. */
export interface WellKnown {
  readonly path: '/.well-known/claimgen';
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/**
 * Makes the answer of an API that reads these layouts. Throws a TypeError for what is no layout.
 *
 * @example
 * const { path, headers, body } = wellKnown(orders);
 * app.get(path, (_request, response) => { response.set(headers).send(body); });
 */
export function wellKnown(...layouts: readonly Pick<Layout, 'format' | 'name' | 'lineages'>[]): WellKnown {
  if (layouts.length === 0) throw new TypeError('wellKnown must be given a layout');
  const answer = {
    format: 'claimgen-verifier-1',
    // What claims may have that earlier verifiers refuse.
    reads: ['as-of'],
    layouts: layouts.map((layout) => {
      if (!/^claimgen-layout-\d+$/.test(Object(layout).format)) {
        throw new TypeError('wellKnown must be given layouts, as claimgen build writes them');
      }
      return { name: layout.name, lineages: layout.lineages.map((lineage) => lineage.map(({ id }) => id)) };
    }),
  };
  return {
    path: '/.well-known/claimgen',
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(answer),
  };
}
