// Layouts of audiences whose key in the config was renamed: they go on under the new key.
import type { AudienceConfig } from '../config/audience-config.ts';
import { assertNoProblems, type Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { nameInIds } from './layout.ts';
import type { Lock } from './lock.ts';

/** What of an audience says which layout is its own. */
type NamedAudience = Pick<AudienceConfig, 'name' | 'previously' | 'problem'>;

/**
 * Moves the layout of each audience that names an earlier key (`previously`) to its new one. The ids stay: they are computed with the key
 * that the layout began under, so that tokens and verifiers from before and after the renaming read each other.
 * @throws InputError where an audience would begin a second layout instead, and its tokens be refused
 */
export function continueLayouts(lock: Lock, audiences: readonly NamedAudience[]): Lock {
  const moved = new Map(lock);
  const problems: Problem[] = [];
  for (const audience of audiences) {
    const problem = renamingProblem(audience, lock);
    if (problem !== undefined) problems.push(problem);
    if (lock.has(audience.name)) continue;
    const found = [...lock].find(([name]) => audience.previously.includes(name));
    if (found === undefined) continue;
    const [earlier, layout] = found;
    moved.delete(earlier);
    // The first is the one in the ids; a key that was there before is there once.
    moved.set(audience.name, {
      ...layout,
      previously: [...new Set([...(layout.previously ?? []), earlier])],
    });
  }
  assertNoProblems([...problems, ...audiences.flatMap((audience) => takenNameProblems(audience, lock))]);
  return moved;
}

function renamingProblem(audience: NamedAudience, lock: Lock): Problem | undefined {
  const { name, previously } = audience;
  if (previously.length === 0) return undefined;
  const fail = (message: string, fix: string) =>
    audience.problem('config_invalid', ['previously'], message, fix);
  const own = lock.get(name);
  if (own !== undefined) {
    if (previously.some((earlier) => own.previously?.includes(earlier))) return undefined;
    return fail(
      `the lock has a layout of ${name} that does not continue that of ${previously.join(' or ')}`,
      `Where the layout of ${name} was never deployed, take claimgen.lock.json of the deployed branch and run claimgen build; else remove previously.`,
    );
  }
  const there = previously.filter((earlier) => lock.has(earlier));
  if (there.length === 1) return undefined;
  if (there.length > 1) {
    return fail(
      `the lock has layouts of ${there.join(' and ')}, and an audience continues one`,
      'Name the one whose tokens are in use; those of the other are refused.',
    );
  }
  const near = closest(previously[0] ?? '', [...lock.keys()]);
  return fail(
    `the lock has no layout of ${previously.join(' or ')}`,
    near === undefined
      ? 'Take claimgen.lock.json of the deployed branch; or remove previously to begin a layout.'
      : `Did you mean ${near}? If not, take claimgen.lock.json of the deployed branch, or remove previously to begin a layout.`,
  );
}

/** Ids must not be computed with one name for two audiences: they tell their layouts apart. */
function takenNameProblems(audience: NamedAudience, lock: Lock): Problem[] {
  if (lock.has(audience.name) || audience.previously.length > 0) return [];
  const other = [...lock].find(([name, layout]) => nameInIds(name, layout) === audience.name);
  if (other === undefined) return [];
  return [
    audience.problem(
      'config_invalid',
      [],
      `the layout of ${other[0]} began under the key ${audience.name}, and its ids are computed with it`,
      `Choose another key; or, where this is the API of ${other[0]} under its earlier key again, add previously: ${other[0]}.`,
    ),
  ];
}
