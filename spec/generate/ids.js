import { generationIds } from '../reference.js';

const CASES = [
  ['one permission', 'orders', 0, [['orders:read']]],
  ['the layout of the worked example', 'orders', 0, [['orders:read', 'orders:write'], ['orders:refund']]],
  ['another audience', 'billing', 0, [['orders:read', 'orders:write'], ['orders:refund']]],
  ['another lineage', 'orders', 1, [['orders:read', 'orders:write'], ['orders:refund']]],
  ['a lineage of two digits', 'orders', 12, [['orders:read', 'orders:write'], ['orders:refund']]],
  ['the same names in one generation', 'orders', 0, [['orders:read', 'orders:write', 'orders:refund']]],
  ['another order', 'orders', 0, [['orders:write', 'orders:read'], ['orders:refund']]],
  [
    'one generation more',
    'orders',
    0,
    [['orders:read', 'orders:write'], ['orders:refund'], ['orders:export', 'orders:import']],
  ],
  ['an empty first generation', 'orders', 0, [[], ['orders:read']]],
  ['names that JSON escapes', 'orders', 0, [['a"b', 'c\\d', "e'f", 'g/h']]],
  [
    'control characters, which JSON escapes',
    'orders',
    0,
    [['\b\f\n\r\t', '\u0000\u0001\u001f', '\u007f\u0080']],
  ],
  ['letters outside ASCII', 'aufträge', 0, [['lesen:größe', 'данные:читать', '注文:読む']]],
  ['characters outside the first plane', 'orders', 0, [['read:\u{1f600}', '\u{10ffff}']]],
  ['lone surrogates, which JSON escapes', 'orders', 0, [['\ud800', 'a\udfffb', '\ude00\ud83d']]],
  ['line separators, which JSON keeps', 'orders', 0, [['a\u2028b\u2029c', '\ufeff', '\ufffd']]],
  ['the same letter composed and not', 'orders', 0, [['caf\u00e9'], ['cafe\u0301']]],
  ['names that objects have', 'constructor', 0, [['__proto__', 'constructor', 'toString']]],
  ['a name of 280 characters', 'orders', 0, [['x'.repeat(280)]]],
  [
    'many names',
    'orders',
    3,
    Array.from({ length: 5 }, (_, g) => Array.from({ length: 40 }, (_, i) => `thing${g}:action${i}`)),
  ],
];

/** The vectors of ids: an audience's name, a lineage's number and its generations, and the ids of these. */
export function idVectors() {
  return CASES.map(([note, audience, lineage, generations]) => ({
    note,
    audience,
    lineage,
    generations,
    ids: generationIds(audience, lineage, generations),
  }));
}
