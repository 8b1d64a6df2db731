// What the fixtures name must be in the catalog: an Action drops other names in silence, and whoever misspelt one looks for it in vain.
import { loginEvent } from '#simulator/event/events';
import { assertNoProblems, type Problem } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { createNameCheck } from '../simulate/unknown-names.ts';
import { type Fixtures, problem } from './fixtures.ts';

/** @throws InputError for roles, permissions and APIs that the environment's catalog doesn't have */
export function assertFixturesFit({ source, users, clients }: Fixtures, { catalog, audiences }: Plan): void {
  const unknownNames = createNameCheck(catalog, audiences);
  const ofUsers = users.flatMap((user, index): Problem[] =>
    unknownNames(user, loginEvent(), undefined).map((what) =>
      problem(source, ['users', index], what, 'Correct the name, or add it to the catalog.'),
    ),
  );
  const apis = new Set(audiences.map(({ identifier }) => identifier));
  for (const { identifier } of catalog.apis) apis.add(identifier);
  const ofClients = clients.flatMap(({ refreshAudiences, grants }, index): Problem[] =>
    [...refreshAudiences, ...grants.keys()]
      .filter((api) => !apis.has(api))
      .map((api) =>
        problem(
          source,
          ['clients', index],
          `there is no API ${JSON.stringify(api)}`,
          `Use one of: ${[...apis].join(', ')}.`,
        ),
      ),
  );
  assertNoProblems([...ofUsers, ...ofClients]);
}
