// users.yaml: who can log in at `claimgen dev`, and with which applications.
import type { DevClient } from '@claimgen/dev';
import { assertNoProblems, InputError, type Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { parseUser } from '../population/parse-user.ts';
import { type SimulatedUser, simulatedUser } from '../simulate/simulated-user.ts';
import { asMap } from '../source-text/as-map.ts';
import { notJsonProblems } from '../source-text/not-json.ts';
import { parseSourceText, type SourceText, type ValuePath } from '../source-text/source-text.ts';
import { readClient } from './fixture-client.ts';

export interface Fixtures {
  readonly source: SourceText;
  readonly users: readonly SimulatedUser[];
  readonly clients: readonly DevClient[];
}

export const FIXTURES_FORM =
  'Write users: with entries such as - {id: auth0|1, roles: [Clerk]}, and clients: where applications have secrets.';

/**
 * Reads users and clients.
 * @param file as messages name it
 * @throws InputError
 */
export function readFixtures(file: string, text: string): Fixtures {
  const source = parseSourceText(file, text);
  assertNoProblems(notJsonProblems(source));
  const top = asMap(source.value);
  if (top === undefined) throw new InputError([problem(source, [], 'the fixtures are not an object')]);
  assertKnownKeys(source, [], top, ['users', 'clients']);
  const users = entriesOf(source, top, 'users').map((entry, index) => readUser(source, entry, index));
  const clients = entriesOf(source, top, 'clients').map((entry, index) =>
    readClient(source, entry, ['clients', index]),
  );
  assertDistinct(source, 'users', users);
  assertDistinct(source, 'clients', clients);
  if (users.length === 0) throw new InputError([problem(source, [], 'the fixtures have no users')]);
  return { source, users, clients };
}

/** A problem with the fixtures. */
export function problem(
  source: SourceText,
  path: ValuePath,
  message: string,
  fix: string = FIXTURES_FORM,
): Problem {
  return source.problem('users_invalid', path, message, fix);
}

/** @throws InputError for a key that nobody reads */
export function assertKnownKeys(
  source: SourceText,
  path: ValuePath,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const problems = Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = closest(key, known);
      const fix = near === undefined ? `Use ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
      return source.problem(
        'users_invalid',
        path,
        `the key ${JSON.stringify(key)} is unknown here`,
        fix,
        key,
      );
    });
  assertNoProblems(problems);
}

function entriesOf(
  source: SourceText,
  top: Readonly<Record<string, unknown>>,
  key: 'users' | 'clients',
): readonly unknown[] {
  const value = top[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new InputError([problem(source, [key], `"${key}" is not an array`)]);
}

/** Members of a user that are the request's at a real login. */
const OF_THE_REQUEST: ReadonlyMap<string, string> = new Map([
  ['scopes', 'scope'],
  ['client', 'client_id'],
]);

function readUser(source: SourceText, entry: unknown, index: number): SimulatedUser {
  const path = ['users', index];
  for (const key of Object.keys(asMap(entry) ?? {})) {
    const parameter = OF_THE_REQUEST.get(key);
    if (parameter !== undefined)
      throw new InputError([
        problem(
          source,
          [...path, key],
          `"${key}" is no member of a user here`,
          `Take it out: the application's request says it, by ${parameter}.`,
        ),
      ]);
  }
  try {
    return simulatedUser(parseUser(JSON.stringify(entry), source.file, 1), source.file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // They know a line of NDJSON; the fixtures have another form.
    throw new InputError(
      error.problems.map(({ message, fix }) =>
        problem(source, path, message.replace('the line', 'the user'), fix.replace('A line', 'A user')),
      ),
    );
  }
}

function assertDistinct(
  source: SourceText,
  key: 'users' | 'clients',
  entries: readonly { readonly id: string }[],
): void {
  const seen = new Set<string>();
  const problems = entries.flatMap(({ id }, index) => {
    const isSecond = seen.has(id);
    seen.add(id);
    return isSecond
      ? [problem(source, [key, index], `the id ${JSON.stringify(id)} is there twice`, 'Keep one of them.')]
      : [];
  });
  assertNoProblems(problems);
}
