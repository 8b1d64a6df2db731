import { chooseBody } from '../reference.js';
import { claim, ids, LAYOUTS } from './layouts.js';

const { first, second, third, rebased, activated, other } = LAYOUTS;

/** [note, layout, claim, code] */
export const REFUSED = [
  ['a place past the generations named', 'first', claim(first, 0, 1, [5]), 'claim_malformed'],
  ['a place past the generations named, raw', 'first', `${ids(first.lineages[0])}.AB`, 'claim_malformed'],
  ['a place past the generations named, gaps', 'first', `${ids(first.lineages[0])}.Q-`, 'claim_malformed'],
  [
    'a place past the generations named, runs',
    'first',
    `${ids(first.lineages[0])}.${chooseBody([[0, 4000]])}`,
    'claim_malformed',
  ],
  [
    'a place of a generation that the reader knows and the claim does not name',
    'second',
    claim(second, 0, 1, [0, 5]),
    'claim_malformed',
  ],
  ['a place past both generations', 'second', claim(second, 0, 2, [7]), 'claim_malformed'],
  ['a place past the lineage', 'rebased', claim(rebased, 1, 1, [7]), 'claim_malformed'],
  ['another audience', 'other', claim(second, 0, 2, [0]), 'layout_unknown'],
  ['another audience, the other way', 'second', claim(other, 0, 2, [0]), 'layout_unknown'],
  [
    'an unknown first generation before a known one',
    'second',
    `AAAAAA${ids(second.lineages[0])}.Ag`,
    'layout_unknown',
  ],
  ['the second generation alone', 'second', `${second.lineages[0][1].id}.Ag`, 'layout_unknown'],
  [
    'generations in the wrong order',
    'second',
    `${ids(second.lineages[0].toReversed())}.Ag`,
    'layout_unknown',
  ],
  ['a lineage that was pruned', 'pruned', claim(second, 0, 2, [0]), 'layout_unknown'],
  ['a lineage that the reader does not have', 'second', claim(activated, 1, 2, [0]), 'layout_unknown'],
  ['another spelling of an id', 'first', `${ids(first.lineages[0]).toUpperCase()}.Ag`, 'layout_unknown'],
  ['an unknown layout and a body that no encoder writes', 'first', 'AAAAAA.w', 'layout_unknown'],
  ...[
    '',
    '.',
    '.A',
    'A',
    'Ag',
    ids(first.lineages[0]),
    `${ids(first.lineages[0])}.`,
    `${ids(first.lineages[0])}.Ag.`,
    `${ids(first.lineages[0])}..Ag`,
    `.${ids(first.lineages[0])}.Ag`,
    `${ids(first.lineages[0]).slice(1)}.Ag`,
    `${ids(first.lineages[0])}A.Ag`,
    `${ids(first.lineages[0])}AAAA.Ag`,
    `${ids(first.lineages[0])}:Ag`,
    `AAA+AA.Ag`,
    `${ids(first.lineages[0])}AAA/AA.Ag`,
    `${ids(first.lineages[0])}AAAAA=.Ag`,
    `${ids(first.lineages[0])} .Ag`,
  ].map((text) => ['not of the form ids, dot, body', 'first', text, 'claim_malformed']),
  ...['w', 'AA', 'B', 'Q_', 'gP', 'gAA', 'fA', 'A=', 'Ag ', 'Ag\n', 'é'].map((body) => [
    'a body that no encoder writes',
    'first',
    `${ids(first.lineages[0])}.${body}`,
    'claim_malformed',
  ]),
  [
    'a body that no encoder writes, a further generation unknown',
    'first',
    `${ids(third.lineages[0])}.w`,
    'claim_malformed',
  ],
  ...[0, 1, true, {}, { 0: 'orders:read', length: 1 }].map((value) => [
    'neither text nor a list',
    'first',
    value,
    'claim_malformed',
  ]),
];
