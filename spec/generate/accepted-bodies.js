import { chooseBody, readBody, toRuns, writeBody } from '../reference.js';
import { seeded } from './random.js';

const LIMIT = 2 ** 24;

/** Texts that decoders accept, and the places they hold. */
export function acceptedBodies() {
  return [...examples(), ...chosen(), ...everyParameter(), ...edges(), ...randomSets()];
}

function vector(note, mode, parameters, runs) {
  return describe(note, writeBody(mode, parameters, runs), runs);
}

/** canonical: an encoder writes this text for this set. */
function describe(note, body, runs) {
  const far = runs.length > 0 && runs.at(-1)[1] > 100_000;
  const { mode, parameters } = readBody(body);
  return { note, mode, parameters, body, runs, ...(far ? {} : { canonical: body === chooseBody(runs) }) };
}

/** The worked examples of claim-format.md. */
function examples() {
  return [
    vector('example 1: raw', 'raw', [], toRuns([1, 6, 7, 8])),
    vector('example 2: gaps', 'gaps', [2], toRuns([3, 9, 10, 24, 30])),
    vector(
      'example 3: runs',
      'runs',
      [3, 3],
      [
        [5, 25],
        [55, 96],
      ],
    ),
    vector('example 4: the empty set', 'raw', [], []),
  ];
}

/** What an encoder writes for small sets. */
function chosen() {
  const whole = Array.from({ length: 20 }, (_, n) => ['all of the first places', [[0, n + 1]]]);
  const single = [0, 1, 5, 6, 11, 12, 17, 40, 100, 1000, 99_999].map((place) => [
    'a single place',
    [[place, place + 1]],
  ]);
  const stripes = [2, 3, 5, 9, 30].map((step) => [
    `every place of ${step}`,
    toRuns(Array.from({ length: 14 }, (_, i) => i * step)),
  ]);
  const blocks = [4, 12, 50, 333].map((size) => [
    `blocks of ${size}`,
    Array.from({ length: 6 }, (_, i) => [i * 3 * size, i * 3 * size + size]),
  ]);
  return [...whole, ...single, ...stripes, ...blocks].map(([note, runs]) =>
    describe(note, chooseBody(runs), runs),
  );
}

function everyParameter() {
  const set = toRuns([0, 3, 4, 5, 21, 22, 90]);
  const parameters = Array.from({ length: 16 }, (_, i) => i);
  return [
    ...parameters.map((k) => vector('gaps of the empty set', 'gaps', [k], [])),
    ...parameters.map((k) => vector('gaps with any parameter', 'gaps', [k], set)),
    ...parameters.map((a) => vector('runs with any parameter a', 'runs', [a, 1], set)),
    ...parameters.map((b) => vector('runs with any parameter b', 'runs', [1, b], set)),
    vector('runs that begin with places not held', 'runs', [0, 0], [[1, 2]]),
    vector('runs that begin with place 0', 'runs', [0, 0], [[0, 1]]),
  ];
}

function edges() {
  const last = [[LIMIT - 1, LIMIT]];
  return [
    vector('the last place there is', 'gaps', [15], last),
    vector('the last place there is', 'runs', [0, 0], last),
    vector('the last place there is', 'runs', [15, 15], last),
    vector('every place there is', 'runs', [0, 0], [[0, LIMIT]]),
    vector('every place but the first', 'runs', [15, 0], [[1, LIMIT]]),
    vector(
      'two halves of all places',
      'runs',
      [7, 9],
      [
        [0, LIMIT / 2],
        [LIMIT / 2 + 1, LIMIT],
      ],
    ),
    ...[0, 1, 2, 3, 4, 5].map((n) =>
      vector(
        `gaps, ${5 - n} bits of padding`,
        'gaps',
        [0],
        toRuns(Array.from({ length: n + 1 }, (_, i) => i)),
      ),
    ),
    ...[0, 1, 2, 3, 4, 5].map((n) => vector('runs, any padding', 'runs', [1, n], [[7, 9 + n]])),
  ];
}

function randomSets() {
  const random = seeded(20261122);
  return Array.from({ length: 48 }, (_, i) => {
    const size = 1 + random(i < 24 ? 60 : 900);
    const stay = 1 + random(12);
    const leave = 1 + random(30);
    const places = [];
    let held = false;
    for (let place = 0; place < size; place++) {
      if (random(held ? stay : leave) === 0) held = !held;
      if (held) places.push(place);
    }
    const runs = toRuns(places);
    return describe('a random set', chooseBody(runs), runs);
  });
}
