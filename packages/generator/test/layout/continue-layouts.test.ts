// What becomes of a layout whose audience has another key, and what is said where it becomes nothing.
import { describe, expect, it } from 'vitest';
import { InputError, type Problem } from '../../src/errors.ts';
import { continueLayouts } from '../../src/layout/continue-layouts.ts';
import { type AudienceLayout, growLayout } from '../../src/layout/layout.ts';

const layout = (name: string, previously?: readonly string[]): AudienceLayout => ({
  ...growLayout(previously?.[0] ?? name, undefined, ['a'], (names) => names),
  ...(previously === undefined ? {} : { previously }),
});

function audience(name: string, ...previously: string[]) {
  return {
    name,
    previously,
    problem: (code: Problem['code'], path: readonly (string | number)[], message: string, fix: string) => ({
      code,
      path: [name, ...path].join('.'),
      message,
      fix,
    }),
  };
}

function lockOf(...entries: readonly (readonly [string, ...string[]])[]): Map<string, AudienceLayout> {
  return new Map(
    entries.map(([name, ...previously]) => [
      name,
      layout(name, previously.length === 0 ? undefined : previously),
    ]),
  );
}

/** Path, message and fix of each problem. */
function problems(
  lock: ReadonlyMap<string, AudienceLayout>,
  ...audiences: ReturnType<typeof audience>[]
): string[] {
  try {
    continueLayouts(lock, audiences);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.every(({ code }) => code === 'config_invalid')).toBe(true);
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`);
  }
  return [];
}

describe('a layout whose audience was renamed', () => {
  it('goes on under the new key, remembering every earlier one once, the first first', () => {
    const steps = ['hr', 'people', 'staff', 'hr', 'people'];
    let lock: ReadonlyMap<string, AudienceLayout> = lockOf(['hr'], ['sales']);
    for (const [index, name] of steps.entries()) {
      const earlier = steps[index - 1];
      if (earlier !== undefined) lock = continueLayouts(lock, [audience(name, 'x', earlier)]);
    }
    expect(lock.get('people')).toEqual({ ...layout('hr'), previously: ['hr', 'people', 'staff'] });
    expect([...lock.keys()].sort()).toEqual(['people', 'sales']);
    expect(lock.get('sales')).toEqual(layout('sales'));
  });

  it('stays where it is once it has moved, and where nothing is said', () => {
    const lock = lockOf(['people', 'hr'], ['sales']);
    expect(continueLayouts(lock, [audience('people', 'hr'), audience('sales')])).toEqual(lock);
    expect(continueLayouts(lock, [audience('people', 'x', 'hr')])).toEqual(lock);
    expect(continueLayouts(lock, [audience('people'), audience('new')])).toEqual(lock);
    // Nor does that of another audience take its place.
    expect(continueLayouts(lock, [audience('people', 'hr', 'sales')])).toEqual(lock);
  });
});

describe('an earlier key that leads to no layout', () => {
  it('is refused where the lock has none like it', () => {
    expect(problems(lockOf(['sales']), audience('people', 'hr', 'personnel'))).toEqual([
      'people.previously: the lock has no layout of hr or personnel. Take claimgen.lock.json of the deployed branch; or remove previously to begin a layout.',
    ]);
    expect(problems(lockOf(['orders']), audience('people', 'order'))).toEqual([
      'people.previously: the lock has no layout of order. Did you mean orders? If not, take claimgen.lock.json of the deployed branch, or remove previously to begin a layout.',
    ]);
  });

  it('is refused where the lock has two', () => {
    expect(problems(lockOf(['hr'], ['staff']), audience('people', 'hr', 'staff', 'x'))).toEqual([
      'people.previously: the lock has layouts of hr and staff, and an audience continues one. Name the one whose tokens are in use; those of the other are refused.',
    ]);
  });

  it('is refused where the lock has another of this key', () => {
    for (const lock of [lockOf(['people']), lockOf(['people', 'sales'])]) {
      expect(problems(lock, audience('people', 'hr', 'staff'))).toEqual([
        'people.previously: the lock has a layout of people that does not continue that of hr or staff. Where the layout of people was never deployed, take claimgen.lock.json of the deployed branch and run claimgen build; else remove previously.',
      ]);
    }
  });

  it('is refused with all others, and with keys that ids are computed with', () => {
    expect(
      problems(lockOf(['people', 'hr']), audience('sales', 'x'), audience('hr'), audience('other', 'y')),
    ).toEqual([
      expect.stringMatching(/^sales\.previously: the lock has no layout of x\./),
      expect.stringMatching(/^other\.previously: the lock has no layout of y\./),
      'hr: the layout of people began under the key hr, and its ids are computed with it. Choose another key; or, where this is the API of people under its earlier key again, add previously: people.',
    ]);
  });
});
