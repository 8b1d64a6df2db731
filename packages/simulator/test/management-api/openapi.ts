// Compares requests and answers with Auth0's own OpenAPI document, an extract of which lies beside the other data.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Exchange } from '../../src/management-api/management-api.ts';

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Record<string, { properties?: Record<string, object> }> };
}

/** Where recorded answers of a tenant have more than the document of June 2026: schema, then property. */
export const RECORDED: readonly (readonly [string, string])[] = [
  ['Role', 'type'],
  ['GetRoleResponseContent', 'type'],
  ['CreateRoleResponseContent', 'type'],
  ['UpdateRoleResponseContent', 'type'],
  ['Action', 'current_version'],
  ['UpdateActionResponseContent', 'current_version'],
];
/** Queries and statuses that were recorded, and that the document doesn't have. */
const RECORDED_QUERIES = new Set(['GET /roles type']);
const RECORDED_STATUSES = new Set([
  'POST /actions/actions/{id}/deploy 200',
  'POST /actions/actions/{actionId}/versions/{id}/deploy 200',
]);

/** Says what is wrong with an exchange; nothing for what is as documented. */
export type Checker = (exchange: Exchange) => string[];

/** The document's checker; undefined where there is no data. */
export function openApiChecker(data: string | undefined = process.env['CLAIMGEN_DATA']): Checker | undefined {
  const file = join(data ?? '', 'auth0', 'management-api-oas.json');
  if (data === undefined || !existsSync(file)) return undefined;
  const document = JSON.parse(
    // Its forms of one list require nothing, so that an empty page is of two at once.
    readFileSync(file, 'utf8').replaceAll('"oneOf":', '"anyOf":'),
  ) as Document;
  for (const [schema, property] of RECORDED) {
    const properties = document.components.schemas[schema]?.properties;
    if (properties === undefined) throw new Error(`the document has no schema ${schema}`);
    properties[property] ??= {};
  }
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'auth0', ...document } as object);
  const compiled = new Map<object, ValidateFunction>();
  const validate = (schema: object, value: unknown): string | undefined => {
    let check = compiled.get(schema);
    if (check === undefined) {
      // Local references are looked up in the whole document.
      check = ajv.compile(withRoot(schema));
      compiled.set(schema, check);
    }
    return check(value) ? undefined : ajv.errorsText(check.errors);
  };
  return ({ request, answer, faulty }) => {
    if (!request.path.startsWith('/api/v2/')) return [];
    const found = findOperation(document, request.method, request.path.slice('/api/v2'.length));
    if (found === undefined)
      return answer.status === 404 || answer.status === 401
        ? []
        : [`${request.method} ${request.path} is not in the document`];
    const { template, operation } = found;
    const named = `${request.method} ${template}`;
    const problems = [
      ...queryProblems(named, operation, request.query, validate),
      ...bodyProblems(named, operation, request.body, validate),
    ];
    return faulty || answer.status >= 400
      ? problems
      : [...problems, ...answerProblems(named, operation, answer, validate)];
  };
}

type Validate = (schema: object, value: unknown) => string | undefined;

function withRoot(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"auth0#/components/'));
}

function findOperation(
  document: Document,
  method: string,
  path: string,
): { template: string; operation: Operation } | undefined {
  const matches = Object.entries(document.paths).flatMap(([template, methods]) => {
    const operation = methods[method.toLowerCase()];
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u');
    return operation !== undefined && pattern.test(path) ? [{ template, operation }] : [];
  });
  // The one with the fewest variables: /jobs/users-exports is not /jobs/{id}.
  return matches.sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0];
}

function queryProblems(
  named: string,
  { parameters = [] }: Operation,
  query: URLSearchParams,
  validate: Validate,
): string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const unknown = [...new Set(query.keys())].filter(
    (name) =>
      !known.some((parameter) => parameter.name === name) && !RECORDED_QUERIES.has(`${named} ${name}`),
  );
  const wrong = known.flatMap(({ name, required, schema }) => {
    const values = query.getAll(name);
    if (values.length === 0) return required === true ? [`${named}: ${name} is missing`] : [];
    // As the server reads it: a number, a boolean, a list or a string, whichever the document allows.
    const [value = ''] = values;
    const readings: unknown[] = [
      value,
      values,
      Number(value),
      value === 'true' ? true : value === 'false' ? false : undefined,
    ];
    return readings.some((reading) => reading !== undefined && validate(schema, reading) === undefined)
      ? []
      : [`${named}: ${name}=${value} is not allowed`];
  });
  return [...unknown.map((name) => `${named}: the query ${name} is not in the document`), ...wrong];
}

function bodyProblems(
  named: string,
  { requestBody }: Operation,
  body: unknown,
  validate: Validate,
): string[] {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined)
    return body === undefined ? [] : [`${named}: a body where there is none in the document`];
  if (body === undefined) return [];
  const problem = validate(schema, body);
  return problem === undefined ? [] : [`${named}: request ${problem}`];
}

function answerProblems(
  named: string,
  { responses }: Operation,
  { status, body }: Exchange['answer'],
  validate: Validate,
): string[] {
  const isRecorded = RECORDED_STATUSES.has(`${named} ${status}`);
  const response = responses[String(isRecorded ? 202 : status)];
  if (response === undefined) return [`${named}: the status ${status} is not in the document`];
  const schema = response.content?.['application/json']?.schema;
  if (schema === undefined) return [];
  const problem = validate(schema, body);
  return problem === undefined ? [] : [`${named}: answer ${problem}`];
}
