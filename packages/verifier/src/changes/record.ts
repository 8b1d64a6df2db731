// A change record as it is on the wire, and its reader. The reader never fails: what it can't read it reads as more
// (one user → everyone → every name), because a record that names too much costs refreshes and one that is dropped
// leaves a revoked permission in force.

/** Which permissions of whom changed, and when. Absent scopes mean everyone, every organization, every audience. */
export interface ChangeRecord {
  readonly v: 1;
  /** Milliseconds since 1970 at which the change was complete. */
  readonly at: number;
  /** The user's id, or `<client id>@clients` for a machine. */
  readonly sub?: string;
  /** The id of the organization that the login was to. */
  readonly org?: string;
  /** The audience's name in claimgen.config. */
  readonly aud?: string;
  /** Not for tokens of machines. */
  readonly of?: 'users';
  /** Permissions, by the names that `hasPermission` knows in that audience, that tokens may hold and users may not; `*` for all. */
  readonly lost?: readonly string[] | '*';
  /** Permissions that users may hold and tokens may not; `*` for all. */
  readonly gained?: readonly string[] | '*';
  /** In place of both: the whole token is refused. */
  readonly out?: true;
  /** Free text for logs. Never sent to clients. */
  readonly by?: string;
}

/** A record that has been read: every field is there, and what was unreadable has been widened. */
export interface ReadRecord {
  readonly at: number;
  readonly sub: string | undefined;
  readonly org: string | undefined;
  readonly aud: string | undefined;
  readonly usersOnly: boolean;
  readonly lost: readonly string[] | '*';
  readonly gained: readonly string[] | '*';
  readonly out: boolean;
  readonly by: string | undefined;
  /** Whether something was unreadable. */
  readonly widened: boolean;
}

/** Characters. No id of Auth0 is longer; a longer one would take memory, and is read as everyone. */
export const MAX_ID_LENGTH = 1024;
const MAX_BY_LENGTH = 200;

const FIELDS: ReadonlySet<string> = new Set([
  'v',
  'at',
  'sub',
  'org',
  'aud',
  'of',
  'lost',
  'gained',
  'out',
  'by',
]);

/** `unknownAt`: the time, in ms since 1970, that a record is given whose own can't be read. */
export function readRecord(value: unknown, unknownAt: number): ReadRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return everyoneAll(unknownAt);
  const fields = value as Record<string, unknown>;
  let isKnown = true;
  for (const name of Object.keys(fields)) isKnown &&= FIELDS.has(name);
  const own = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const at = readTime(own('at'));
  const by = readBy(own('by'));
  // A field of a later version might name more, of anybody; and might refuse the whole token.
  if (!isKnown || own('v') !== 1) return { ...everyoneAll(at ?? unknownAt), by };
  let widened = at === undefined;
  const scope = (name: string): string | undefined => {
    const id = own(name);
    if (id === undefined || isId(id)) return id;
    widened = true;
    return undefined;
  };
  const names = (name: string): readonly string[] | '*' => {
    const list = own(name);
    if (list === undefined) return NONE;
    if (isNames(list)) return list;
    widened = true;
    return '*';
  };
  const out = own('out');
  if (out !== undefined && out !== true) widened = true;
  // Neither lists nor `out`: something changed, nobody says what.
  const isUnsaid = out === undefined && own('lost') === undefined && own('gained') === undefined;
  const of = own('of');
  if (of !== undefined && of !== 'users') widened = true;
  return {
    at: at ?? unknownAt,
    sub: scope('sub'),
    org: scope('org'),
    aud: scope('aud'),
    usersOnly: of === 'users',
    lost: isUnsaid ? '*' : names('lost'),
    gained: isUnsaid ? '*' : names('gained'),
    out: out !== undefined,
    by,
    widened: widened || isUnsaid,
  };
}

const NONE: readonly string[] = [];

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH;
}

function isNames(value: unknown): value is readonly string[] | '*' {
  return value === '*' || (Array.isArray(value) && value.every((name) => typeof name === 'string'));
}

/** Also refuses whole tokens: a record that can't be read may have been one of a blocked user. */
function everyoneAll(at: number): ReadRecord {
  return {
    at,
    sub: undefined,
    org: undefined,
    aud: undefined,
    usersOnly: false,
    lost: '*',
    gained: '*',
    out: true,
    by: undefined,
    widened: true,
  };
}

/** Undefined where `value` is no time. Times in the future are times: whoever wrote them may have the right clock. */
function readTime(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function readBy(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_BY_LENGTH) : undefined;
}
