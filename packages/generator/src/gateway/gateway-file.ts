// gateway.yaml: whose tokens `claimgen gateway` accepts, for which APIs, and what their requests need.
import { dirname, resolve } from 'node:path';
import type { Layout } from '@claimgen/verifier';
import type { ProxyKind, Route } from '@claimgen/verifier/gateway';
import { InputError, type Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { readText } from '../io/files.ts';
import { asMap } from '../source-text/as-map.ts';
import { notJsonProblems } from '../source-text/not-json.ts';
import { parseSourceText, type SourceText, type ValuePath } from '../source-text/source-text.ts';

/** What the file says. `createGateway` and `createVerifier` check the rest. */
export interface GatewayFile {
  readonly source: SourceText;
  readonly issuer: string | readonly string[];
  /** By key. */
  readonly apis: ReadonlyMap<string, GatewayApi>;
  readonly routes: readonly Route[] | undefined;
  readonly proxy: ProxyKind | undefined;
  readonly permissions: 'names' | 'json' | undefined;
}

export interface GatewayApi {
  readonly layout: Layout;
  readonly audience: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const FORM =
  'Write issuer: https://…/, apis: {orders: {layout: claimgen/verifier/orders.json}} and routes: [{method: GET, path: /orders/:id, permissions: [orders:read]}].';

/**
 * Reads the file, and the layouts that it names, by their paths from its folder.
 * @param file as messages name it
 * @throws InputError
 */
export function readGatewayFile(file: string, cwd: string): GatewayFile {
  const path = resolve(cwd, file);
  const source = parseSourceText(file, readText(path));
  const [notJson] = notJsonProblems(source);
  if (notJson !== undefined) throw new InputError([notJson]);
  const top = fieldsOf(source, [], source.value, ['issuer', 'apis', 'routes', 'proxy', 'permissions']);
  const { issuer } = top;
  const isText =
    typeof issuer === 'string' || (Array.isArray(issuer) && issuer.every((each) => typeof each === 'string'));
  if (!isText)
    throw new InputError([gatewayProblem(source, ['issuer'], 'issuer must be a URL, or an array of URLs')]);
  const named = asMap(top['apis']);
  if (named === undefined || Object.keys(named).length === 0)
    throw new InputError([gatewayProblem(source, ['apis'], 'apis must have at least one API')]);
  const apis = new Map(
    Object.entries(named).map(([key, api]) => [key, readApi(source, ['apis', key], api, dirname(path))]),
  );
  const routes = top['routes'] as readonly Route[] | undefined;
  const unknown = unknownNames(source, routes, apis);
  if (unknown.length > 0) throw new InputError(unknown);
  return {
    source,
    issuer: issuer as string | readonly string[],
    apis,
    routes,
    proxy: top['proxy'] as ProxyKind | undefined,
    permissions: top['permissions'] as GatewayFile['permissions'],
  };
}

/** A problem with the file. */
export function gatewayProblem(
  source: SourceText,
  path: ValuePath,
  message: string,
  fix: string = FORM,
): Problem {
  return source.problem('config_invalid', path, message, fix);
}

function readApi(source: SourceText, path: ValuePath, api: unknown, folder: string): GatewayApi {
  const { layout, audience } = fieldsOf(source, path, api, ['layout', 'audience']);
  if (typeof layout !== 'string')
    throw new InputError([gatewayProblem(source, path, 'layout must name a file')]);
  if (audience !== undefined && typeof audience !== 'string')
    throw new InputError([gatewayProblem(source, [...path, 'audience'], 'audience must be a string')]);
  const { value } = parseSourceText(layout, readText(resolve(folder, layout)));
  if (asMap(value)?.['format'] !== 'claimgen-layout-1')
    throw new InputError([
      gatewayProblem(
        source,
        [...path, 'layout'],
        `${layout} is not a layout`,
        'Name a .json in the folder verifier/ that claimgen build writes.',
      ),
    ]);
  return { layout: value as Layout, audience };
}

/** A permission that no layout has, or has any more, would refuse everybody. */
function unknownNames(
  source: SourceText,
  routes: unknown,
  apis: ReadonlyMap<string, GatewayApi>,
): readonly Problem[] {
  if (!Array.isArray(routes)) return [];
  const [onlyApi] = apis.values();
  return routes.flatMap((route: unknown, number) => {
    const { api, permissions } = asMap(route) ?? {};
    const layout = (typeof api === 'string' ? apis.get(api) : onlyApi)?.layout;
    if (layout === undefined || !Array.isArray(permissions)) return [];
    const withdrawn = new Set(layout.withdrawn);
    const names = new Set(
      layout.lineages
        .flat()
        .flatMap((generation) => generation.permissions)
        .filter((name) => !withdrawn.has(name)),
    );
    return permissions.flatMap((name: unknown, at) => {
      if (typeof name !== 'string' || names.has(name)) return [];
      const near = closest(name, names);
      const fix =
        near === undefined ? `Name a permission of ${layout.name}.` : `Did you mean ${JSON.stringify(near)}?`;
      return [
        gatewayProblem(
          source,
          ['routes', number, 'permissions', at],
          `${layout.name} has no permission ${JSON.stringify(name)}${withdrawn.has(name) ? ' any more' : ''}`,
          fix,
        ),
      ];
    });
  });
}

/** @throws InputError for what is no object, and for a key that nobody reads */
function fieldsOf(source: SourceText, path: ValuePath, value: unknown, known: readonly string[]): Fields {
  const fields = asMap(value);
  if (fields === undefined) throw new InputError([gatewayProblem(source, path, 'this must be an object')]);
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown === undefined) return fields;
  const near = closest(unknown, known);
  const fix = near === undefined ? `Use ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
  throw new InputError([
    source.problem(
      'config_invalid',
      path,
      `the key ${JSON.stringify(unknown)} is unknown here`,
      fix,
      unknown,
    ),
  ]);
}
