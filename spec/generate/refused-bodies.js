import { bodyBits, readBody, toBits, toRuns, toText, writeBody } from '../reference.js';
import { seeded } from './random.js';

const LIMIT = 2 ** 24;

/** Texts that decoders refuse, and the rule that each breaks. */
export function refusedBodies(accepted) {
  return [
    ...characters(),
    ...rawEnds(),
    ...reserved(),
    ...paddings(),
    ...cut(),
    ...runEnds(),
    ...tooFar(),
    ...changed(accepted),
  ];
}

function characters() {
  const foreign = [
    '+',
    '/',
    '=',
    '.',
    ' ',
    '\n',
    '\t',
    '\0',
    '%',
    '~',
    '\u00e9',
    '\u0410',
    '\u0141',
    '\uff21',
    '\ud83d\ude00',
    '\ud800',
    '\udfff',
  ];
  return [
    { note: 'the empty text', body: '' },
    ...foreign.map((character) => ({ note: 'a character outside base64url', body: character })),
    ...foreign.map((character) => ({ note: 'a character outside base64url', body: `A${character}g` })),
    ...['Ag==', 'Qg=', 'Ag\n', ' Ag', 'Sg ', 'hA+', 'SA/'].map((body) => ({
      note: 'a character outside base64url',
      body,
    })),
  ];
}

function rawEnds() {
  return [
    ...[...'BCDEFGHIJKLMNOP'].map((first) => ({
      note: 'raw, its four zero bits not zero',
      body: `${first}g`,
    })),
    ...['AA', 'AAA', 'AgA', 'AgAA', 'A_A', `A${'_'.repeat(40)}AA`].map((body) => ({
      note: 'raw, a trailing zero character',
      body,
    })),
  ];
}

function reserved() {
  return [...'wxyz0123456789-_']
    .flatMap((first) => [first, `${first}g`])
    .map((body) => ({ note: 'mode 11', body }));
}

function paddings() {
  const gaps = Array.from({ length: 16 }, (_, k) => writeBody('gaps', [k], [[9, 10]]));
  const runs = Array.from({ length: 16 }, (_, a) => writeBody('runs', [a, 2], [[9, 14]]));
  return [
    ...gaps.concat(runs).map((body) => ({ note: 'six ones of padding or more', body: `${body}_` })),
    ...['Q_', 'Q__', 'f_', 'gP_'].map((body) => ({ note: 'six ones of padding or more', body })),
    { note: 'padding of zeros', body: toText(bodyBits('gaps', [3], [[9, 10]]), '0') },
    { note: 'padding of zeros', body: toText(bodyBits('runs', [3, 3], [[9, 10]]), '0') },
  ];
}

function cut() {
  const gaps = [3, 7, 11, 15].map((k) => writeBody('gaps', [k], toRuns([3 * 2 ** k, 9 * 2 ** k])));
  const runs = [0, 2, 6, 12].map((a) =>
    writeBody(
      'runs',
      [a, a],
      [
        [700, 760],
        [900, 1000],
      ],
    ),
  );
  return [...gaps, ...runs]
    .flatMap((body) => Array.from({ length: body.length - 1 }, (_, length) => body.slice(0, length + 1)))
    .filter((body) => readBody(body) === null)
    .map((body) => ({ note: 'cut short', body }));
}

function runEnds() {
  return [
    { note: 'runs without its second parameter', body: 'g' },
    { note: 'runs that hold no run', body: 'gP' },
    { note: 'runs that hold no run', body: 'v_' },
    { note: 'runs that end after a run not held', body: 'gB' },
    { note: 'runs that end after a run not held', body: toText(`100000000000${'0'}${'0'}${'100'}`) },
    { note: 'an empty run not held between two held', body: 'gAA' },
    {
      note: 'an empty run not held between two held',
      body: toText(`100000000000${'0'}${'100'}${'0'}${'0'}`),
    },
  ];
}

function tooFar() {
  const past = [[LIMIT, LIMIT + 1]];
  return [
    { note: 'a place of 2^24', body: writeBody('gaps', [15], past) },
    { note: 'a place of 2^24', body: writeBody('runs', [0, 0], past) },
    { note: 'a place of 2^24', body: writeBody('runs', [15, 15], past) },
    { note: 'a run past 2^24', body: writeBody('runs', [0, 0], [[LIMIT - 1, LIMIT + 1]]) },
    { note: 'a run past 2^24', body: writeBody('runs', [0, 0], [[0, LIMIT + 1]]) },
    {
      note: 'a run past 2^24',
      body: writeBody(
        'runs',
        [3, 0],
        [
          [0, LIMIT - 1],
          [LIMIT, LIMIT + 1],
        ],
      ),
    },
    { note: 'a run of 2^40', body: writeBody('runs', [0, 0], [[2 ** 40, 2 ** 40 + 1]]) },
    { note: 'a held run of 2^40', body: writeBody('runs', [0, 0], [[0, 2 ** 40]]) },
    { note: 'a run of 2^60', body: writeBody('runs', [15, 0], [[2 ** 60, 2 ** 60 + 2 ** 12]]) },
  ];
}

/** Accepted texts with one character changed, where that broke a rule. */
function changed(accepted) {
  const random = seeded(4711);
  const texts = accepted.map(({ body }) => body).filter((body) => body.length > 2 && body.length < 60);
  return Array.from({ length: 200 }, () => {
    const body = texts[random(texts.length)];
    const bits = toBits(body);
    const flip = random(bits.length);
    return {
      note: 'one bit changed',
      body: toText(bits.slice(0, flip) + (bits[flip] === '1' ? '0' : '1') + bits.slice(flip + 1)),
    };
  }).filter(({ body }) => readBody(body) === null);
}
