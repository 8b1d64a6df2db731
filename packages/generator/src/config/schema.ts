// What in a config does not fit the published schema, in words of our own.
import type { ErrorObject } from 'ajv';
import findError from '#generated/config-first-error';
import findErrors from '#generated/config-validator';
import { InputError, MAX_PROBLEMS, type Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { docsPage } from '../format/docs-page.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';

/** How to fix what does not fit is said beside what is allowed, where the schema's own words are not enough. */
const FIX = 'fix';

/** Collecting all errors takes ajv time by the square of their number; a config of more values than this is told its first alone. */
const MAX_VALUES = 20_000;

/** Errors that are looked at: each is compared with the others. */
const MAX_ERRORS = 2 * MAX_PROBLEMS;

/**
 * Refuses a config that does not fit the published schema.
 * @throws InputError
 */
export function assertSchema(source: SourceText): void {
  const check = hasMoreThan(MAX_VALUES, source.value) ? findError : findErrors;
  if (check(source.value)) return;
  const all = check.errors ?? [];
  const problems = schemaProblems(source, all.slice(0, MAX_ERRORS));
  throw new InputError(problems, Math.max(0, all.length - MAX_ERRORS));
}

function hasMoreThan(most: number, value: unknown): boolean {
  const rest: unknown[] = [value];
  for (let seen = 0; rest.length > 0; seen++) {
    if (seen > most) return true;
    const next = rest.pop();
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) rest.push(part);
  }
  return false;
}

function schemaProblems(source: SourceText, errors: readonly ErrorObject[]): Problem[] {
  // Where alternatives failed, one sentence about all of them serves better than one for each.
  const alternatives = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath);
  const shown = errors.filter(
    (error) =>
      error.keyword === 'anyOf' ||
      !(
        error.schemaPath.includes('/anyOf/') &&
        alternatives.some((path) => isWithin(error.instancePath, path))
      ),
  );
  return shown
    .filter((error) => error.keyword !== 'if' && error.propertyName === undefined)
    .filter((error) => !isMisspelt(error, shown))
    .map((error) => toProblem(source, error));
}

/** A key that is missing because it is misspelt is one problem. */
function isMisspelt({ keyword, instancePath, params }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (keyword !== 'required') return false;
  return errors.some(
    (other) =>
      other.keyword === 'additionalProperties' &&
      other.instancePath === instancePath &&
      closest(String(other.params['additionalProperty']), knownKeys(other)) === params['missingProperty'],
  );
}

function knownKeys(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

function toProblem(source: SourceText, error: ErrorObject): Problem {
  const path = pointerToPath(error.instancePath, source.value);
  const params = error.params as Record<string, unknown>;
  const at = (message: string, fix: string, key?: string) =>
    source.problem('config_invalid', path, message, fix, key);
  if (path.length === 0 && error.keyword === 'type') {
    return at(
      error.data === null ? 'the config is empty' : 'the config is not an object',
      `Write catalog, claim and audiences; ${docsPage('reference/config.md')} has examples.`,
    );
  }
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = knownKeys(error);
      const near = closest(key, known);
      return at(
        `the key ${JSON.stringify(key)} is unknown here`,
        near === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`,
        key,
      );
    }
    case 'required':
      return at(
        `the key ${JSON.stringify(params['missingProperty'])} is missing`,
        missingFix(error) ?? `Add ${String(params['missingProperty'])}: ….`,
      );
    case 'type':
      return at(
        `this must be ${article(String(params['type']))}, and is ${describe(error.data)}`,
        fixOf(error) ?? typeFix(String(params['type']), error.data),
      );
    case 'enum':
      return at(
        `${describe(error.data)} is not possible here`,
        fixOf(error) ?? `Use one of: ${(params['allowedValues'] as unknown[]).join(', ')}.`,
      );
    case 'anyOf':
      return at(
        `${describe(error.data)} fits none of the forms that are possible here`,
        fixOf(error) ?? `See ${docsPage('reference/config.md')} for what is possible here.`,
      );
    case 'propertyNames':
      return at(
        `the name ${JSON.stringify(params['propertyName'])} can't be used, as files are named after it`,
        'Use up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit.',
        String(params['propertyName']),
      );
    case 'minItems':
    case 'minProperties':
      return at(
        'there must be at least one entry',
        error.instancePath === '/audiences'
          ? 'Add an API: orders: {audience: https://orders.example, globs: ["*"]}.'
          : 'Add an entry, or remove the key.',
      );
    case 'uniqueItems':
      return source.problem(
        'config_invalid',
        [...path, Math.max(Number(params['i']), Number(params['j']))],
        'this entry is in the array a second time',
        'Remove one of the two.',
      );
    case 'minLength':
      return at('this text is empty', 'Write a value, or remove the key.');
    case 'maxLength':
      return at(
        `this text has ${String(error.data).length} characters`,
        `At most ${String(params['limit'])} are possible.`,
      );
    case 'minimum':
      return at(
        `${String(error.data)} is too little`,
        `Write ${String(params['limit'])} or more, or remove the key.`,
      );
    case 'pattern':
      return at(`${describe(error.data)} has whitespace in it`, 'Leave it out: no permission has any.');
    default:
      return at(
        `this ${error.message ?? 'does not fit the schema'}`,
        `See ${docsPage('reference/config.md')} for what is possible here.`,
      );
  }
}

function typeFix(type: string, data: unknown): string {
  if (data === null) return 'Write a value, or remove the key.';
  if (type === 'integer' || type === 'number') return 'Write a number without a unit and without quotes.';
  if (type === 'boolean') return 'Write true or false, without quotes.';
  if (type === 'array' && typeof data === 'string') return `Write an array: [${JSON.stringify(data)}].`;
  if (type === 'string' && (typeof data === 'number' || typeof data === 'boolean'))
    return 'Put quotes around it if a string is meant.';
  // What YAML makes of a text such as orders: in a list.
  const entries = typeof data === 'object' ? Object.entries(data) : [];
  const [key, value] = entries[0] ?? [];
  if (type === 'string' && entries.length === 1 && value === null)
    return `Put quotes around it if a string is meant: ${JSON.stringify(`${key}:`)}.`;
  return `See ${docsPage('reference/config.md')} for the form.`;
}

/** The schema's own words on how to fix it. */
/** What to add for a key that is missing. */
function missingFix(error: ErrorObject): string | undefined {
  const { properties } = Object(error.parentSchema) as {
    readonly properties?: Readonly<Record<string, object>>;
  };
  return fixOf({ parentSchema: properties?.[String(error.params['missingProperty'])] });
}

function fixOf({ parentSchema }: { readonly parentSchema?: unknown }): string | undefined {
  const fix: unknown = (parentSchema as Readonly<Record<string, unknown>> | undefined)?.[FIX];
  return typeof fix === 'string' ? fix : undefined;
}

function article(type: string): string {
  return type === 'object'
    ? 'an object'
    : type === 'array'
      ? 'an array'
      : type === 'integer'
        ? 'a whole number'
        : type === 'string'
          ? 'a string'
          : `a ${type}`;
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value);
}

/** RFC 6901, with list indexes as numbers. */
function pointerToPath(pointer: string, root: unknown): ValuePath {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value = root;
  return parts.map((part) => {
    const isList = Array.isArray(value);
    value = (value as Record<string, unknown> | undefined)?.[part];
    return isList ? Number(part) : part;
  });
}
