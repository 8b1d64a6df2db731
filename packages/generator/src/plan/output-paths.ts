// Where a build's files go, for every environment; two of them must never be one file.
import { posix } from 'node:path';
import { actionNames, type Config } from '../config/config.ts';
import { InputError } from '../errors.ts';
import { LOCK_FILE } from '../layout/lock.ts';
import type { ValuePath } from '../source-text/value-path.ts';

/** What the names of an audience's verifier files end in. A package is for both kinds of modules. */
export const VERIFIER_ENDINGS: Readonly<Record<'folder' | 'package', readonly string[]>> = {
  folder: ['js', 'd.ts', 'json'],
  package: ['js', 'd.ts', 'cjs', 'd.cts', 'json'],
};

/** The folders of one environment's build, relative to the config's folder. */
export interface OutputFolders {
  readonly actions: string;
  readonly verifier: string;
  readonly report: string;
  /** What resolvers need: tables, which differ between environments as the Action's do. */
  readonly resolver: string;
}

export function outputFolders({ out }: Config, environment: string): OutputFolders {
  const report = environment === '' ? out.report : `${out.report}/${environment}`;
  const resolver = `${report}/resolver`;
  if (environment === '') return { ...out, resolver };
  return {
    actions: insertEnvironment(out.actions, environment),
    verifier: out.verifier,
    report,
    resolver,
  };
}

/** `claimgen/actions` as `claimgen/prod/actions`, a folder that auth0-deploy-cli imports by itself. */
function insertEnvironment(actions: string, environment: string): string {
  const at = actions.lastIndexOf('/');
  return `${actions.slice(0, at + 1)}${environment}/${actions.slice(at + 1)}`;
}

/** A file that a build of some environment writes. */
interface OutputFile {
  readonly path: string;
  /** As a message names it. */
  readonly described: string;
  /** Where the config decides about its name. */
  readonly at: ValuePath;
}

/** @throws InputError where two files of this config would be one, on a file system that folds case, too */
export function assertDistinctOutputs(config: Config): void {
  const clash = firstClash(outputFiles(config));
  if (clash === undefined) return;
  const [one, other] = clash;
  const message =
    fold(one.path) === fold(other.path)
      ? `${one.described} and ${other.described} would be one file, ${posix.normalize(other.path)}`
      : `${one.described} would be a folder and a file at once, ${posix.normalize(one.path)}: ${other.described} lies below it`;
  throw new InputError([
    config.problem(
      'config_invalid',
      other.at,
      message,
      'Rename one of them, or choose another folder under "out".',
    ),
  ]);
}

/** The first two that are one file, or of which one would lie below the other. */
export function firstClash<T extends { readonly path: string }>(
  files: readonly T[],
): readonly [T, T] | undefined {
  const byPath = new Map<string, T>();
  for (const file of files) {
    const path = fold(file.path);
    const same = byPath.get(path);
    if (same !== undefined) return [same, file];
    byPath.set(path, file);
  }
  for (const file of files) {
    for (let at = posix.dirname(fold(file.path)); at !== posix.dirname(at); at = posix.dirname(at)) {
      const above = byPath.get(at);
      if (above !== undefined) return [above, file];
    }
  }
  return undefined;
}

/** What file systems that fold case or normalize Unicode take for the same path; some of these names they would tell apart. */
function fold(path: string): string {
  return posix
    .normalize(path.replaceAll('\\', '/'))
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD');
}

function outputFiles(config: Config): OutputFile[] {
  const { verifier } = config.out;
  const names = config.audiences.map(({ name }) => name);
  return [
    { path: LOCK_FILE, described: 'the lock', at: [] },
    ...names.flatMap((name) =>
      VERIFIER_ENDINGS[config.package === undefined ? 'folder' : 'package'].map((ending) => ({
        path: `${verifier}/${name}.${ending}`,
        described: `the verifier of ${name}`,
        at: ['audiences', name],
      })),
    ),
    ...(config.package === undefined
      ? []
      : [
          {
            path: `${verifier}/package.json`,
            described: 'the package.json of the verifiers',
            at: ['package'],
          },
        ]),
    ...config.environments.flatMap(({ name: environment }) => {
      const { actions, report, resolver } = outputFolders(config, environment);
      const where = environment === '' ? '' : ` of the environment ${environment}`;
      return [
        ...actionNames(config).flatMap((name) =>
          [`${name}/code.js`, `${name}.json`].map((file) => ({
            path: `${actions}/${file}`,
            described: `the Action ${name}${where}`,
            at: environment === '' ? ['action', 'name'] : ['environments', environment],
          })),
        ),
        ...config.audiences
          .filter((audience) => audience.resolver)
          .map(({ name }) => ({
            path: `${resolver}/${name}.json`,
            described: `the resolver's tables of ${name}${where}`,
            at: ['audiences', name, 'resolver'],
          })),
        ...['json', 'md', 'html'].map((ending) => ({
          path: `${report}/report.${ending}`,
          described: `the report${where}`,
          at: environment === '' ? ['out', 'report'] : ['environments', environment],
        })),
      ];
    }),
  ];
}
