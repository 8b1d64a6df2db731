import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { isFolder, listFolder, readTextIfPresent } from '../io/files.ts';
import type { Artifact } from '../pipeline.ts';
import { outputFolders } from '../plan/output-paths.ts';
import type { Failure } from '../report/failures.ts';
import { isActionFor, isGeneratedCode, isLayout, isResolverTables } from './generated.ts';

/**
 * Generated files that this config writes no longer: of an audience, an Action or an environment that was renamed or removed. A tenant import
 * would still deploy such an Action, with its old role table.
 * @returns paths as the artifacts have them
 */
export function findLeftovers(
  { folder, config }: { readonly folder: string; readonly config: Config },
  artifacts: readonly Artifact[],
): string[] {
  const written = new Set(artifacts.map(({ path }) => path));
  const verifiers = new Set(
    artifacts.flatMap(({ kind, path }) => (kind === 'verifier' ? [dirname(path)] : [])),
  );
  const actions = new Set(
    artifacts.flatMap(({ kind, path }) =>
      kind === 'action' && path.endsWith('/code.js') ? [dirname(dirname(path))] : [],
    ),
  );
  const resolvers = new Set(
    artifacts.flatMap(({ kind, path }) => (kind === 'report' ? [`${dirname(path)}/resolver`] : [])),
  );
  const candidates = [
    ...[...verifiers].flatMap((at) =>
      namesIn(folder, at)
        .filter((name) => /\.(?:js|cjs|d\.c?ts|json)$/.test(name))
        .map((name) => `${at}/${name}`),
    ),
    ...[...resolvers].flatMap((at) =>
      namesIn(folder, at)
        .filter((name) => name.endsWith('.json'))
        .map((name) => `${at}/${name}`),
    ),
    ...[...actions].flatMap((at) => namesIn(folder, at).map((name) => `${at}/${name}/code.js`)),
  ];
  return [
    ...candidates.filter((path) => !written.has(path) && isGenerated(join(folder, path))),
    ...ofGoneEnvironments(folder, config),
  ];
}

/** The Actions of environments that the config has no longer. */
function ofGoneEnvironments(folder: string, config: Config): string[] {
  const known = new Set(config.environments.map(({ name }) => name));
  return ['', ...namesIn(folder, dirname(config.out.actions))]
    .filter((environment) => !known.has(environment))
    .flatMap((environment) => {
      const { actions } = outputFolders(config, environment);
      if (!isFolder(resolve(folder, actions))) return [];
      return namesIn(folder, actions)
        .map((name) => `${actions}/${name}/code.js`)
        .filter((path) => isActionFor(readTextIfPresent(resolve(folder, path)) ?? '', environment));
    });
}

function namesIn(folder: string, path: string): string[] {
  return listFolder(resolve(folder, path));
}

function isGenerated(path: string): boolean {
  const text = readTextIfPresent(path) ?? '';
  return path.endsWith('.json') ? isLayout(text) || isResolverTables(text) : isGeneratedCode(text);
}

/** For `check`, which fails on them. */
export function leftoverFailures(paths: readonly string[]): Failure[] {
  if (paths.length === 0) return [];
  return [
    {
      code: 'stale',
      message: `claimgen build writes no longer: ${paths.join(', ')}`,
      fix: 'Delete what is left of an earlier config; unbind and delete such an Action in the tenant, too.',
      files: paths,
    },
  ];
}
