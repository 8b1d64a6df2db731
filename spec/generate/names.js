/** The vectors of the names encoding, read against the layouts of the claims. */
export function nameVectors() {
  return { read: READ.map(read), refused: REFUSED.map(refused) };
}

/** [note, layout, claim, relation, names held] */
const READ = [
  ['no permission', 'second', [], 'current', []],
  [
    'some permissions',
    'second',
    ['orders:read', 'orders:refund'],
    'current',
    ['orders:read', 'orders:refund'],
  ],
  ['a name that the layout lacks', 'first', ['orders:read', 'orders:refund'], 'newer', ['orders:read']],
  ['another spelling', 'first', ['Orders:Read', 'orders:read '], 'newer', []],
  ['a permission that is away', 'withdrawn', ['orders:list', 'orders:write'], 'current', ['orders:list']],
  ['a name of the active lineage', 'activated', ['orders:audit'], 'current', ['orders:audit']],
  ['a name of both lineages', 'activated', ['orders:read'], 'current', ['orders:read']],
  ['names that objects have', 'first', ['__proto__', 'constructor', 'toString'], 'newer', []],
  [
    'names that break things',
    'hostile',
    ['__proto__', 'constructor'],
    'current',
    ['__proto__', 'constructor'],
  ],
  [
    'UTF-16 order, which is not that of code points',
    'hostile',
    ['\u{1f600}:x', '\uffff'],
    'newer',
    ['\u{1f600}:x'],
  ],
];

const ASCENDING = 'not ascending';

/** [note, layout, claim] */
const REFUSED = [
  ['a number among the names', 'first', ['orders:read', 1]],
  ['null', 'first', [null]],
  ['a list in the list', 'first', [['orders:read']]],
  [ASCENDING, 'second', ['orders:refund', 'orders:read']],
  [ASCENDING, 'second', ['orders:read', 'orders:read']],
  [ASCENDING, 'hostile', ['\uffff', '\u{1f600}:x']],
];

function read([note, layout, claim, relation, held]) {
  return { note, layout, claim, relation, held };
}

function refused([note, layout, claim]) {
  return { note, layout, claim, code: 'claim_malformed' };
}
