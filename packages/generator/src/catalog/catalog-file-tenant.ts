// What a catalog.json says of a tenant other than permissions and roles, as `claimgen pull` writes it: its APIs, and what machines may request.
import { asMap } from '../source-text/as-map.ts';
import type { ValuePath } from '../source-text/value-path.ts';
import { type Api, edgeSpaceProblem } from './catalog.ts';
import type { ClientGrant } from './client-grant.ts';
import { DIALECTS, SIGNING_ALGORITHMS } from './export-api.ts';
import type { NeededApis } from './needed-apis.ts';

/** Takes what is wrong with the value at a path. */
export type Refuse = (path: ValuePath, message: string, fix: string) => void;

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an API, and the kinds of their values. */
const API_FIELDS: Readonly<Record<string, 'string' | 'boolean' | 'number'>> = {
  identifier: 'string',
  name: 'string',
  enforcePolicies: 'boolean',
  tokenDialect: 'string',
  signingAlgorithm: 'string',
  encrypted: 'boolean',
  tokenLifetime: 'number',
  tokenLifetimeForWeb: 'number',
};

/** What Auth0 may add values to that matter where the config names the API. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  tokenDialect: DIALECTS,
  signingAlgorithm: SIGNING_ALGORITHMS,
};

const GRANT_FIELDS = ['client', 'audience', 'scopes'];

/** Reads `apis`. */
export function readCatalogApis(value: unknown, needed: NeededApis, refuse: Refuse): Api[] {
  const seen = new Set<unknown>();
  return entriesOf(value, ['apis'], refuse).flatMap(({ fields, path }): Api[] => {
    const { identifier } = fields;
    if (!hasKinds(fields, path, refuse)) return [];
    refuseEdgeSpace([...path, 'identifier'], String(identifier), refuse);
    if (seen.has(identifier)) refuse(path, 'two APIs have this identifier', 'Remove one of them.');
    seen.add(identifier);
    if (needed.has(String(identifier))) refuseUnknownValues(fields, path, refuse);
    return [fields as unknown as Api];
  });
}

function refuseUnknownValues(fields: Fields, path: ValuePath, refuse: Refuse): void {
  for (const [key, known] of Object.entries(KNOWN_VALUES)) {
    const value = fields[key];
    if (value === undefined || known.includes(String(value))) continue;
    refuse(
      [...path, key],
      `${JSON.stringify(key)} is ${JSON.stringify(value)}, which claimgen does not know`,
      `Use one of: ${known.join(', ')}.`,
    );
  }
}

function hasKinds(fields: Fields, path: ValuePath, refuse: Refuse): boolean {
  const { identifier } = fields;
  if (typeof identifier !== 'string' || identifier === '') {
    refuse(path, 'there is no "identifier" here', 'Write the identifier of the API.');
    return false;
  }
  const wrong = Object.keys(fields).filter((key) => {
    const kind = Object.hasOwn(API_FIELDS, key) ? API_FIELDS[key] : undefined;
    const isRight = typeof fields[key] === kind;
    if (kind === undefined) refuse([...path, key], `the key ${JSON.stringify(key)} is unknown here`, API_FIX);
    else if (!isRight)
      refuse([...path, key], `${JSON.stringify(key)} must be a ${kind}`, 'Run claimgen pull.');
    return !isRight;
  });
  return wrong.length === 0;
}

const API_FIX = `An API has ${Object.keys(API_FIELDS).join(', ')}.`;

/** Reads `clientGrants`: each is sized, as `pull` leaves grants to users out. */
export function readCatalogGrants(value: unknown, needed: NeededApis, refuse: Refuse): ClientGrant[] {
  return entriesOf(value, ['clientGrants'], refuse).flatMap(({ fields, path }): ClientGrant[] => {
    const unknown = Object.keys(fields).find((key) => !GRANT_FIELDS.includes(key));
    if (unknown !== undefined) {
      refuse(
        [...path, unknown],
        `the key ${JSON.stringify(unknown)} is unknown here`,
        `A grant has ${GRANT_FIELDS.join(', ')}.`,
      );
    }
    const { client, audience, scopes } = fields;
    if (typeof client !== 'string' || typeof audience !== 'string') {
      refuse(path, 'a grant needs a "client" and an "audience"', 'Write both as strings.');
      return [];
    }
    refuseEdgeSpace([...path, 'audience'], audience, refuse);
    if (!needed.has(audience)) return [];
    const isList = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
    if (!isList && scopes !== 'all') {
      refuse(
        [...path, 'scopes'],
        '"scopes" must be an array of strings, or "all"',
        'Write "all" where it is not known: every scope of the API is sized then.',
      );
      return [];
    }
    return [{ client, audience, scopes }];
  });
}

/** A grant to such an API would be that of another, and its tokens not sized. */
function refuseEdgeSpace(path: ValuePath, text: string, refuse: Refuse): void {
  const problem = edgeSpaceProblem(text);
  if (problem !== undefined) refuse(path, problem.message, problem.fix);
}

interface ListedEntry {
  readonly fields: Fields;
  readonly path: ValuePath;
}

function entriesOf(value: unknown, path: ValuePath, refuse: Refuse): ListedEntry[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    refuse(
      path,
      `${JSON.stringify(path[0])} must be an array`,
      'Write an array of objects, or leave it out.',
    );
    return [];
  }
  return value.flatMap((entry: unknown, index): ListedEntry[] => {
    const fields = asMap(entry);
    if (fields !== undefined) return [{ fields, path: [...path, index] }];
    refuse([...path, index], 'this is not an object', 'Write an object, as claimgen pull does.');
    return [];
  });
}
