// An application of the fixtures.
import type { DevClient } from '@claimgen/dev';
import { InputError } from '../errors.ts';
import { asMap } from '../source-text/as-map.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';

const FORM =
  'Write {id: web, secret: …, callbacks: [http://localhost:3000/callback], logoutUrls: […], refreshAudiences: [<identifier>], leeway: 10, ' +
  'grants: {<identifier>: [orders:read]}}; all but the id may be missing.';

const KEYS = ['id', 'name', 'secret', 'callbacks', 'logoutUrls', 'refreshAudiences', 'leeway', 'grants'];

/** Seconds. A longer one is meant to be milliseconds. */
const MAX_LEEWAY = 3_600;

/** @throws InputError */
export function readClient(source: SourceText, entry: unknown, path: ValuePath): DevClient {
  const invalid = (at: ValuePath, message: string): InputError =>
    new InputError([source.problem('users_invalid', at, message, FORM)]);
  const fields = asMap(entry);
  if (fields === undefined) throw invalid(path, 'a client is not an object');
  for (const key of Object.keys(fields))
    if (!KEYS.includes(key)) throw invalid([...path, key], `the key ${JSON.stringify(key)} is unknown here`);
  const string = (key: string): string | undefined => {
    const value = fields[key];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw invalid([...path, key], `"${key}" is not a string`);
  };
  const strings = (value: unknown, at: ValuePath): readonly string[] => {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) return value;
    throw invalid(at, `${JSON.stringify(at.at(-1))} is not an array of strings`);
  };
  const optional = <K extends string>(key: K): { readonly [Key in K]?: readonly string[] } =>
    (fields[key] === undefined ? {} : { [key]: strings(fields[key], [...path, key]) }) as {
      readonly [Key in K]?: readonly string[];
    };
  const id = string('id');
  if (id === undefined) throw invalid(path, 'a client has no id');
  // As RFC 6749, appendix A.1, has it; what a request can't carry would never be found.
  if (!/^[\x20-\x7e]{1,200}$/.test(id))
    throw invalid([...path, 'id'], '"id" is not 1 to 200 characters of ASCII');
  const name = string('name');
  const secret = string('secret');
  const { refreshAudiences = [] } = optional('refreshAudiences');
  const { leeway = 0 } = fields;
  if (typeof leeway !== 'number' || !Number.isInteger(leeway) || leeway < 0 || leeway > MAX_LEEWAY)
    throw invalid([...path, 'leeway'], `"leeway" is not a whole number of seconds from 0 to ${MAX_LEEWAY}`);
  const grants = fields['grants'] === undefined ? {} : asMap(fields['grants']);
  if (grants === undefined) throw invalid([...path, 'grants'], '"grants" is not an object');
  if (Object.keys(grants).length > 0 && secret === undefined)
    throw invalid([...path, 'grants'], '"grants" are for a client that has a secret');
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(secret === undefined ? {} : { secret }),
    ...optional('callbacks'),
    ...optional('logoutUrls'),
    refreshAudiences,
    leeway,
    grants: new Map(
      Object.entries(grants).map(([api, scopes]) => [api, strings(scopes, [...path, 'grants', api])]),
    ),
  };
}
