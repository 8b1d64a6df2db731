import { createHash } from 'node:crypto';

/**
 * A second, slow implementation of claim-format.md's body, over strings of '0' and '1'. It writes the vectors and judges
 * the production encoder and decoder in their tests; it shares no code with either.
 *
 * A set is a list of runs [from, to): places from <= i < to are held; ascending, with a place between any two.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PLACE_LIMIT = 2 ** 24;

export const MODES = ['raw', 'gaps', 'runs'];

/** Ascending places as runs. */
export function toRuns(places) {
  const runs = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last?.[1] === place) last[1] = place + 1;
    else runs.push([place, place + 1]);
  }
  return runs;
}

/** The places of runs, those below a limit. */
export function toPlaces(runs, limit = Number.POSITIVE_INFINITY) {
  const places = [];
  for (const [from, to] of runs) for (let i = from; i < Math.min(to, limit); i++) places.push(i);
  return places;
}

/** The bits of a base64url text. */
export function toBits(text) {
  return [...text].map((character) => binary(ALPHABET.indexOf(character), 6)).join('');
}

/** The base64url text of bits, filled up with the given bit. */
export function toText(bits, padding = '1') {
  const whole = bits.padEnd(Math.ceil(bits.length / 6) * 6, padding);
  return (whole.match(/.{6}/g) ?? []).map((six) => ALPHABET[Number.parseInt(six, 2)]).join('');
}

/** A number as that many bits. */
export function binary(value, length) {
  return length === 0 ? '' : value.toString(2).padStart(length, '0');
}

export function rice(value, k) {
  return `${'1'.repeat(Math.floor(value / 2 ** k))}0${binary(value % 2 ** k, k)}`;
}

export function expGolomb(value, a) {
  const digits = (value + 2 ** a).toString(2);
  return `${'1'.repeat(digits.length - 1 - a)}0${digits.slice(1)}`;
}

/** The bits of a set in one mode, with the given parameters ([], [k] or [a, b]), before padding. */
export function bodyBits(mode, parameters, runs) {
  if (mode === 'raw') {
    const places = new Set(toPlaces(runs));
    const end = runs.at(-1)?.[1] ?? 0;
    return `000000${Array.from({ length: end }, (_, place) => (places.has(place) ? '1' : '0')).join('')}`;
  }
  let next = 0;
  if (mode === 'gaps') {
    const [k] = parameters;
    const gaps = toPlaces(runs).map((place) => {
      const gap = place - next;
      next = place + 1;
      return rice(gap, k);
    });
    return `01${binary(k, 4)}${gaps.join('')}`;
  }
  const [a, b] = parameters;
  const pairs = runs.map(([from, to]) => {
    const pair = expGolomb(from - next, a) + expGolomb(to - from - 1, b);
    next = to;
    return pair;
  });
  return `10${binary(a, 4)}${binary(b, 4)}${pairs.join('')}`;
}

/** The text of a set in one mode with the given parameters. */
export function writeBody(mode, parameters, runs) {
  return toText(bodyBits(mode, parameters, runs), mode === 'raw' ? '0' : '1');
}

/** The parameters an encoder takes in a mode: the first that give the fewest bits. */
export function bestParameters(mode, runs) {
  const all = Array.from({ length: 16 }, (_, i) => i);
  if (mode === 'raw') return [];
  const candidates = mode === 'gaps' ? all.map((k) => [k]) : all.flatMap((a) => all.map((b) => [a, b]));
  const lengths = candidates.map((candidate) => bodyBits(mode, candidate, runs).length);
  return candidates[lengths.indexOf(Math.min(...lengths))];
}

/** The text an encoder writes: the fewest characters; equal: raw, then gaps, then runs. */
export function chooseBody(runs) {
  const modes = runs.length === 0 ? ['raw', 'gaps'] : MODES;
  const texts = modes.map((mode) => writeBody(mode, bestParameters(mode, runs), runs));
  const shortest = Math.min(...texts.map((text) => text.length));
  return texts.find((text) => text.length === shortest);
}

/**
 * What a text says: its mode, parameters and runs, or null where some rule is broken. Having read the numbers, it writes
 * them again: a text that does not come out the same is not one that an encoder writes.
 */
export function readBody(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const bits = toBits(text);
  const mode = MODES[Number.parseInt(bits.slice(0, 2), 2)];
  if (mode === undefined) return null;
  const read = { raw: readRaw, gaps: readGaps, runs: readRuns }[mode](bits);
  if (read === null || (mode === 'runs' && read.runs.length === 0)) return null;
  if ((read.runs.at(-1)?.[1] ?? 0) > PLACE_LIMIT) return null;
  return writeBody(mode, read.parameters, read.runs) === text ? { mode, ...read } : null;
}

function readRaw(bits) {
  const body = bits.slice(6);
  return {
    parameters: [],
    runs: [...body.matchAll(/1+/g)].map(({ 0: run, index }) => [index, index + run.length]),
  };
}

function readGaps(bits) {
  const k = Number.parseInt(bits.slice(2, 6), 2);
  const places = [];
  let rest = bits.slice(6);
  while (rest.includes('0')) {
    const ones = rest.indexOf('0');
    const low = rest.slice(ones + 1, ones + 1 + k);
    if (low.length < k) return null;
    places.push((places.at(-1) ?? -1) + 1 + ones * 2 ** k + Number.parseInt(`0${low}`, 2));
    if (places.at(-1) >= PLACE_LIMIT) return null;
    rest = rest.slice(ones + 1 + k);
  }
  return { parameters: [k], runs: toRuns(places) };
}

function readRuns(bits) {
  const parameters = [Number.parseInt(bits.slice(2, 6), 2), Number.parseInt(bits.slice(6, 10), 2)];
  if (bits.length < 10) return null;
  const lengths = [];
  let rest = bits.slice(10);
  while (rest.includes('0')) {
    const parameter = parameters[lengths.length % 2];
    const ones = rest.indexOf('0');
    const low = rest.slice(ones + 1, ones + 1 + parameter + ones);
    if (low.length < parameter + ones) return null;
    lengths.push(Number.parseInt(`1${low}`, 2) - 2 ** parameter);
    rest = rest.slice(ones + 1 + parameter + ones);
  }
  if (lengths.length % 2 === 1) return null;
  const runs = [];
  let next = 0;
  for (let i = 0; i < lengths.length; i += 2) {
    if (lengths[i] === 0 && i > 0) return null;
    const from = next + lengths[i];
    next = from + lengths[i + 1] + 1;
    runs.push([from, next]);
    if (next > PLACE_LIMIT) return null;
  }
  return { parameters, runs };
}

/** The ids of a lineage's generations. */
export function generationIds(audience, lineage, generations) {
  return generations.map((_, k) => {
    const text = JSON.stringify(['claimgen-layout-1', audience, lineage, ...generations.slice(0, k + 1)]);
    return createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 6);
  });
}
