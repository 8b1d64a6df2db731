import { resolve } from 'node:path';
import type { Flow } from '#simulator/event/login-description';
import type { Catalog } from '../catalog/catalog.ts';
import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { openStream } from '../io/stream-files.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { parseUser } from '../population/parse-user.ts';
import { readUsers } from '../population/read-users.ts';
import { fixtureLogins } from './fixture-logins.ts';
import type { PlannedLogin } from './planned-login.ts';
import { type SimulatedUser, simulatedUser } from './simulated-user.ts';

/** Which logins a simulation is asked for. */
export interface LoginChoice {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** An id, or a user as JSON. */
  readonly user?: string | undefined;
  /** A file with a user's JSON on each line. */
  readonly users?: string | undefined;
  readonly flow?: Flow | undefined;
}

/**
 * The audiences of that name or identifier; all of them where none is wanted.
 * @throws InputError where there is no such audience
 */
export function chooseAudiences({ audiences }: Plan, wanted: string | undefined): readonly AudiencePlan[] {
  if (wanted === undefined) return audiences;
  const found = audiences.filter(
    ({ audience, identifier }) => audience.name === wanted || identifier === wanted,
  );
  if (found.length > 0) return found;
  const names = audiences.map(({ audience }) => audience.name);
  const near = closest(wanted, names);
  throw new InputError([
    {
      code: 'usage',
      message: `there is no audience ${JSON.stringify(wanted)}`,
      fix: near === undefined ? `Use one of: ${names.join(', ')}.` : `Did you mean ${near}?`,
    },
  ]);
}

/**
 * The logins to run: of the users named, or the fixtures.
 * @throws InputError, also while users are read
 */
export function planLogins(
  audiences: readonly AudiencePlan[],
  catalog: Catalog,
  choice: LoginChoice,
): AsyncIterable<PlannedLogin> | Iterable<PlannedLogin> {
  const { flow = 'password', users, user } = choice;
  if (users !== undefined && user !== undefined) {
    throw new InputError([
      {
        code: 'usage',
        message: '--user and --users exclude each other',
        fix: 'Leave one of them out.',
      },
    ]);
  }
  const forUser = (simulated: SimulatedUser): PlannedLogin[] =>
    audiences.map((audience) => loginOf(audience, simulated, flow));
  if (users !== undefined) return usersOf(resolve(choice.cwd, users), forUser);
  if (user !== undefined) {
    const text = user.trimStart().startsWith('{') ? user : JSON.stringify({ id: user });
    return forUser(simulatedUser(parseUser(text, '--user', 1), '--user'));
  }
  return fixtureLogins(audiences, catalog, choice.flow);
}

/** A user's login for an API. */
export function loginOf(
  { audience, environment, identifier, selected }: AudiencePlan,
  user: SimulatedUser,
  flow: Flow,
): PlannedLogin {
  const clients = audience.clients.get(environment);
  return {
    user,
    flow,
    audience,
    identifier,
    names: [...selected.keys()],
    ...(clients === undefined ? {} : { clients }),
  };
}

async function* usersOf(
  file: string,
  forUser: (user: SimulatedUser) => readonly PlannedLogin[],
): AsyncGenerator<PlannedLogin> {
  for await (const user of readUsers({ file, ...openStream(file) }))
    yield* forUser(simulatedUser(user, file));
}
