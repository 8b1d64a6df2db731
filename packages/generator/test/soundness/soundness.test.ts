import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { encodeAsOf } from '@claimgen/action-runtime';
import { isVerifierError, type Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { nameInIds } from '../../src/layout/layout.ts';
import { type Deployment, ENVIRONMENTS, histories, type Issuer, NAMES, play } from './history.ts';

// Tens of thousands of histories take minutes.
vi.setConfig({ testTimeout: 900_000 });

const runs = Number(process.env['CLAIMGEN_SOUNDNESS_RUNS'] ?? 400);

/** What a mutant of the design changes; the real one changes nothing. */
interface Design {
  /** Rewrites the ids in claims and layouts alike. */
  readonly id: (id: string, lineage: number, generation: number) => string;
  readonly read: Read;
}

type Read = (claim: string | string[], layout: Layout) => Iterable<string> & { has(name: string): boolean };

/** What `verify` does with the claim of a token whose signature is right, from the built verifier in a folder. */
async function verifierIn(folder: string, isChecked: boolean): Promise<Read> {
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
  const [{ readLayout }, { indexLayout }, { readClaim }, { BitPermissionSet }] = await Promise.all(
    ['layout-check.js', 'claim/layout-index.js', 'claim/read-claim.js', 'permission-set.js'].map(load),
  );
  return (claim, layout) => {
    // Ids that mutants make meaningless must be caught by an answer, not by the look of the layout.
    const read = isChecked ? readLayout(layout) : layout;
    return new BitPermissionSet(readClaim(claim, indexLayout(read)));
  };
}

const built = dirname(fileURLToPath(import.meta.resolve('@claimgen/verifier')));
const REAL: Design = { id: (id) => id, read: await verifierIn(built, true) };
const WITHOUT_CHECK: Design = { ...REAL, read: await verifierIn(built, false) };
/** The reader for user interfaces is written a second time, for size. */
const UNVERIFIED: Design = {
  ...REAL,
  read: (claim, layout) => readPermissions({ [layout.claim]: claim }, layout),
};

/** Who issues, who verifies, and what the user holds. */
const meetings = fc.array(
  fc.record({
    issuer: fc.nat(100),
    verifier: fc.nat(100),
    environment: fc.nat(1),
    held: fc.nat(2 ** NAMES.length - 1),
    corruption: fc.nat(2 ** 30),
  }),
  { minLength: 6, maxLength: 6 },
);

function soundness(design: Design) {
  return fc.property(histories, meetings, (history, encounters) => {
    const deployments = play(history);
    if (deployments.length === 0) return;
    for (const { issuer, verifier, environment, held, corruption } of encounters) {
      const from = deployments[issuer % deployments.length] as Deployment;
      const to = deployments[verifier % deployments.length] as Deployment;
      const names = new Set(NAMES.filter((_, index) => ((held >> index) & 1) === 1));
      meet(
        design,
        from,
        to,
        from.issuers.get(ENVIRONMENTS[environment] as string) as Issuer,
        names,
        corruption,
      );
    }
  });
}

function meet(
  design: Design,
  from: Deployment,
  to: Deployment,
  issuer: Issuer,
  names: ReadonlySet<string>,
  corruption: number,
): void {
  const granted = new Set([...names].filter((name) => issuer.available.has(name)));
  const claim = withAsOf(rewriteClaim(design, from, issuer.issue(names, 'bitset') as string), corruption);
  const layout = rewriteLayout(design, to.verifier);
  const known = new Set(
    layout.lineages.flatMap((lineage) => lineage.flatMap(({ permissions }) => permissions)),
  );

  const shared = sharedNames(from, to, claim);
  const answer = answerOf(design, claim, layout);
  if (shared === undefined) {
    // Nothing in common: a refusal, never a guess.
    if (typeof answer === 'string') expect(answer).toBe('layout_unknown');
    else expect([...answer]).toEqual([]);
  } else {
    expect(typeof answer).not.toBe('string');
    // Soundness and exactness at once: what was granted, within what both sides know, less what this verifier has withdrawn.
    const expected = NAMES.filter(
      (name) => granted.has(name) && shared.has(name) && !layout.withdrawn.includes(name),
    );
    expect(NAMES.filter((name) => (answer as ReadonlySet<string>).has(name))).toEqual(expected);
  }

  // In names encoding both sides share every name that both have.
  const list = answerOf(design, issuer.issue(names, 'names'), layout);
  expect(NAMES.filter((name) => (list as ReadonlySet<string>).has(name))).toEqual(
    NAMES.filter((name) => granted.has(name) && known.has(name) && !layout.withdrawn.includes(name)),
  );

  const corrupted = answerOf(design, corrupt(claim, corruption), layout);
  if (typeof corrupted !== 'string') for (const name of corrupted) expect(known.has(name)).toBe(true);
}

/** The granted names, or the code of the refusal. Anything else thrown fails the test. */
function answerOf(design: Design, claim: string | string[], layout: Layout): ReadonlySet<string> | string {
  try {
    const permissions = design.read(claim, layout);
    const answer = new Set<string>(permissions);
    for (const name of [...NAMES, 'toString', 'hasOwnProperty', ''])
      expect(permissions.has(name)).toBe(answer.has(name));
    return answer;
  } catch (error) {
    if (isVerifierError(error)) return error.code;
    throw error;
  }
}

/** The names in the generations that both sides have, told by their content and not by their ids; undefined where there are none. */
function sharedNames(from: Deployment, to: Deployment, claim: string): ReadonlySet<string> | undefined {
  if (nameInIds(from.key, from.layout) !== nameInIds(to.key, to.layout)) return undefined;
  const written = from.layout.lineages[from.layout.active] ?? [];
  const read = to.layout.lineages[from.layout.active] ?? [];
  const named = claim.indexOf('.') / 6;
  const content = (lineage: typeof written, index: number) => JSON.stringify(lineage[index]?.permissions);
  let shared = 0;
  while (shared < Math.min(named, read.length) && content(written, shared) === content(read, shared))
    shared++;
  return shared === 0
    ? undefined
    : new Set(written.slice(0, shared).flatMap(({ permissions }) => permissions));
}

function rewriteClaim(design: Design, { layout }: Deployment, claim: string): string {
  const dot = claim.indexOf('.');
  const ids = claim.slice(0, dot).match(/.{6}/g) ?? [];
  return ids.map((id, generation) => design.id(id, layout.active, generation)).join('') + claim.slice(dot);
}

function rewriteLayout(design: Design, layout: Layout): Layout {
  if (design.id === REAL.id) return layout;
  return {
    ...layout,
    lineages: layout.lineages.map((lineage, number) =>
      lineage.map((generation, index) => ({ ...generation, id: design.id(generation.id, number, index) })),
    ),
  };
}

/** Some claims say when their permissions were read, which changes no answer. */
function withAsOf(claim: string, seed: number): string {
  return seed % 2 === 0 ? claim : `${claim}.${encodeAsOf(seed * 1000, seed % 4 === 1)}`;
}

/** One to three edits of a text, all told by the seed. */
function corrupt(claim: string, seed: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=! ';
  let text = claim;
  let state = seed;
  const next = (bound: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % bound;
  };
  for (let edits = 1 + next(3); edits > 0; edits--) {
    const at = next(text.length + 1);
    const character = alphabet[next(alphabet.length)] as string;
    const kind = next(4);
    if (kind === 0) text = text.slice(0, at) + character + text.slice(at + 1);
    else if (kind === 1) text = text.slice(0, at) + character + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + text.slice(at + 1);
    else text = text.slice(0, at);
  }
  return text;
}

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** The verifier with one expression of its source replaced. */
async function mutateVerifier(file: string, from: string, to: string): Promise<Read> {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-mutant-'));
  temporary.push(folder);
  cpSync(built, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text.split(from).length, `${from} stands once in ${file}`).toBe(2);
  writeFileSync(join(folder, file), text.replace(from, to));
  return verifierIn(folder, false);
}

function isKilled(design: Design): boolean {
  const result = fc.check(soundness(design), { numRuns: 10_000, endOnFailure: true });
  return result.failed;
}

describe('a permission is answered yes only when the issuing Action granted it', () => {
  it(`in ${runs} histories of append, leave, return, rebase, activate, prune, rename, fork, merge, revert and lost locks, and under corruption`, () => {
    fc.assert(soundness(REAL), { numRuns: runs });
  });

  it('and the reader for user interfaces says the same', () => {
    fc.assert(soundness(UNVERIFIED), { numRuns: Math.ceil(runs / 20) });
  });

  it('and the same test fails when ids say nothing of the content', () => {
    expect(
      isKilled({
        ...WITHOUT_CHECK,
        id: (_, lineage, generation) => `L${lineage}G${generation}`.padEnd(6, 'A'),
      }),
    ).toBe(true);
  });

  it('and the same test fails when ids have 6 bits', () => {
    expect(isKilled({ ...WITHOUT_CHECK, id: (id) => `${id[0]}AAAAA` })).toBe(true);
  });

  it('and the same test fails when the verifier takes its own total for the number of shared places', async () => {
    const read = await mutateVerifier(
      'claim/read-claim.js',
      'lineage.placesIn[shared]',
      'lineage.placesIn[lineage.ids.length]',
    );
    expect(isKilled({ ...REAL, read })).toBe(true);
  });

  it('and the same test fails when withdrawn permissions are granted', async () => {
    const read = await mutateVerifier('claim/read-claim.js', '(lineage.grantable[i] ?? 0)', '255');
    expect(isKilled({ ...REAL, read })).toBe(true);
  });
});
