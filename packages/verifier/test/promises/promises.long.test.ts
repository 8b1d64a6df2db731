import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const built = new URL('../../dist', import.meta.url).href;

/** Runs a script on the built package, in a process of its own: what they replace, all code of a process shares. */
function run(script: string): unknown {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [file, built], { encoding: 'utf8' }));
}

const codes = {
  good: 'verified',
  malformed: 'token_malformed',
  empty: 'token_malformed',
  forged: 'signature_invalid',
  expired: 'token_expired',
  other: 'audience_refused',
  untyped: 'header_refused',
};

interface Outcome {
  readonly replaced: boolean;
  readonly awaited: number;
  readonly ignored: number;
  readonly bad: number;
  readonly outcomes: Readonly<Record<string, readonly string[]>>;
}

test('under Zone.js a refusal that somebody waits for is never reported, and one that nobody looks at is, as everywhere', () => {
  const { replaced, awaited, ignored, bad, outcomes } = run('./zone.js') as Outcome;
  expect(replaced).toBe(true);
  expect(awaited).toBe(0);
  expect(ignored).toBe(bad);
  for (const source of ['fixed', 'function', 'key']) {
    for (const [kind, code] of Object.entries(codes)) expect(outcomes[`${source} ${kind}`]).toEqual([code]);
  }
  expect(outcomes).toMatchObject({ 'fixed unknown': ['key_unknown'], 'function unknown': ['key_unknown'] });
  for (const source of ['down', 'late', 'throws', 'never', 'failing'])
    expect(outcomes[`${source} good`]).toEqual(['key_set_unavailable']);
});

test('where nothing can be done with the global Promise, tokens are accepted and refused as everywhere', () => {
  const outcomes = run('./unusable.js') as Record<string, string>;
  for (const source of ['fixed', 'function', 'key']) {
    for (const [kind, code] of Object.entries(codes))
      expect([source, kind, outcomes[`${source} ${kind}`]]).toEqual([source, kind, code]);
    expect(outcomes[`${source} again`]).toBe('verified');
  }
  for (const source of ['down', 'never']) expect(outcomes[`${source} good`]).toBe('key_set_unavailable');
});
