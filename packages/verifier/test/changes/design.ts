/** The built modules of the change table, as they are or with one expression replaced: a mutant of the design. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as AsOf from '../../src/changes/as-of.ts';
import type * as State from '../../src/changes/feed-state.ts';
import type * as Judgement from '../../src/changes/judge.ts';
import type * as Policy from '../../src/changes/policy.ts';
import type * as Table from '../../src/changes/table.ts';

export type Design = typeof AsOf & typeof State & typeof Judgement & typeof Policy & typeof Table;

const built = fileURLToPath(new URL('../../dist/changes/', import.meta.url));
const folders: string[] = [];

export async function loadDesign(folder: string = built): Promise<Design> {
  const modules = await Promise.all(
    ['as-of.js', 'feed-state.js', 'judge.js', 'policy.js', 'table.js'].map(
      (file) => import(pathToFileURL(join(folder, file)).href),
    ),
  );
  return Object.assign({}, ...modules);
}

/** Replaces what is there exactly once. */
export async function mutate(file: string, from: string, to: string): Promise<Design> {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-changes-mutant-'));
  folders.push(folder);
  cpSync(built, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const text = readFileSync(join(folder, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${from} is not once in ${file}`);
  writeFileSync(join(folder, file), text.replace(from, to));
  return loadDesign(folder);
}

export function removeMutants(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Each of these must be told from the real one by the property that is named. */
export const MUTANTS: readonly (readonly [
  name: string,
  property: 'meansTheSame' | 'joins' | 'onlyGrowsStale' | 'retriesOnce' | 'follows' | 'widens',
  file: string,
  from: string,
  to: string,
])[] = [
  ['< for <=', 'joins', 'judge.js', 'return asOf <= at + guard', 'return asOf < at + guard'],
  ['no guard', 'joins', 'judge.js', 'return asOf <= at + guard', 'return asOf <= at'],
  ['min for max', 'joins', 'mark.js', 'a.at > b.at ? a : b', 'a.at > b.at ? b : a'],
  ['gains forgotten', 'joins', 'judge.js', 'held ? lost : gained', 'held ? lost : undefined'],
  ['sub without org', 'joins', 'scopes.js', 'org === undefined || org === token.org', 'true'],
  ['org records without org', 'joins', 'table.js', 'if (known.org !== undefined)', 'if (false)'],
  ['records of users reach machines', 'joins', 'scopes.js', '!(usersOnly && token.machine)', 'true'],
  [
    'records of users reach machines, of everyone',
    'joins',
    'table.js',
    'token.machine ? this.#everyone : this.#users',
    'this.#users',
  ],
  [
    'horizon without tolerance',
    'onlyGrowsStale',
    'judge.js',
    'counts(this.#token.asOf, horizon, this.#guard)',
    'this.#token.asOf < horizon - this.#guard',
  ],
  [
    'a horizon that goes back',
    'onlyGrowsStale',
    'table.js',
    'if (!(horizon > this.#horizon))',
    'if (horizon === this.#horizon)',
  ],
  [
    'the horizon moves, the judgement does not',
    'onlyGrowsStale',
    'table.js',
    'this.#horizon = horizon;\n        this.version.number += 1;',
    'this.#horizon = horizon;',
  ],
  ['judged once', 'joins', 'judge.js', 'this.#version !== this.#table.version.number', 'this.#version < 0'],
  [
    'what was said first counts for good',
    'joins',
    'marks.js',
    'if (at > this.#latest)',
    'if (this.#latest < 0)',
  ],
  [
    'out without guard',
    'joins',
    'judge.js',
    'counts(this.#token.asOf, out.at, this.#guard)',
    'counts(this.#token.asOf, out.at, 0)',
  ],
  ['no Retry-After', 'retriesOnce', 'judge.js', 'Math.max(0, until - now + precision + tolerance)', '0'],
  [
    'Retry-After of the cause alone',
    'retriesOnce',
    'judge.js',
    'later(later(lost, gained), this.#lastOut())',
    'cause',
  ],
  ['a written time is exact', 'retriesOnce', 'as-of.js', 'const UNITS = 125', 'const UNITS = 0'],
  [
    'records with a name that the layout lacks are passed over',
    'meansTheSame',
    'table.js',
    'return known;',
    'return known.length === names.length ? known : [];',
  ],
  ['other audiences', 'joins', 'table.js', 'record.aud !== this.#audience', 'false'],
  ['a gap is no gap', 'follows', 'feed-state.js', "frame.from !== '' && !isNext", 'false'],
  ['a replayed frame is a sign of life', 'follows', 'feed-state.js', 'frame.now <= this.#newest', 'false'],
  [
    'stale by the wall clock',
    'follows',
    'feed-state.js',
    'this.#lastAlive = monotonic',
    'this.#lastAlive = wall - 1.7e12',
  ],
  [
    'unreadable names are none',
    'widens',
    'record.js',
    "widened = true;\n        return '*';",
    'widened = true;\n        return [];',
  ],
  [
    'unknown versions are passed over',
    'widens',
    'record.js',
    "lost: '*',\n        gained: '*',\n        out: true",
    'lost: [],\n        gained: [],\n        out: false',
  ],
  [
    'nothing moves the horizon when memory is full',
    'onlyGrowsStale',
    'table.js',
    'if (horizon !== undefined)',
    'if (false)',
  ],
];
