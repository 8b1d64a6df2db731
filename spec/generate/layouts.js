import { chooseBody, generationIds, toRuns } from '../reference.js';

/** A layout as the verifier's .json has it. A lineage of no generations was pruned. */
export function layout(name, active, lineages, withdrawn = []) {
  return {
    format: 'claimgen-layout-1',
    name,
    audience: `https://${name}.acme.example`,
    claim: 'https://acme.example/permissions',
    active,
    lineages: lineages.map((generations, number) => {
      const ids = generationIds(name, number, generations);
      return generations.map((permissions, k) => ({ id: ids[k], permissions }));
    }),
    withdrawn,
  };
}

const FIRST = ['orders:read', 'orders:write', 'orders:list', 'orders:approve', 'orders:cancel'];
const SECOND = ['orders:export', 'orders:refund'];
const THIRD = ['orders:archive', 'orders:purge', 'orders:restore'];
const FRESH = [...FIRST, ...SECOND].sort();

/** The layouts that the vectors of claims are read against. */
export const LAYOUTS = {
  first: layout('orders', 0, [[FIRST]]),
  second: layout('orders', 0, [[FIRST, SECOND]]),
  third: layout('orders', 0, [[FIRST, SECOND, THIRD]]),
  branch: layout('orders', 0, [[FIRST, ['orders:audit', 'orders:sign']]]),
  withdrawn: layout('orders', 0, [[FIRST, SECOND]], ['orders:write', 'orders:refund']),
  rebased: layout('orders', 0, [[FIRST, SECOND], [FRESH]]),
  activated: layout('orders', 1, [
    [FIRST, SECOND],
    [FRESH, ['orders:audit']],
  ]),
  pruned: layout('orders', 1, [[], [FRESH, ['orders:audit']]]),
  other: layout('billing', 0, [[FIRST, SECOND]]),
  hostile: layout('orders', 0, [
    [['__proto__', 'constructor', 'a"b', '\ud800', 'größe:lesen', '注文:読む', '\u{1f600}:x', ' ']],
  ]),
  large: layout('large', 0, [[numbered('thing', 300), numbered('more', 50)]]),
};

function numbered(noun, count) {
  return Array.from({ length: count }, (_, i) => `${noun}:action${i}`);
}

/** A claim that names the first generations of a layout's lineage and holds the places. */
export function claim({ lineages }, lineage, generations, places) {
  return `${ids(lineages[lineage].slice(0, generations))}.${chooseBody(toRuns(places))}`;
}

/** The ids of generations, as a claim names them. */
export function ids(generations) {
  return generations.map(({ id }) => id).join('');
}
