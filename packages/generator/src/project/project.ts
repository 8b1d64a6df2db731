import { dirname, join, relative, resolve } from 'node:path';
import type { ActionParts } from '../action/render-action.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { NeededApis } from '../catalog/needed-apis.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { type Config, readConfig } from '../config/config.ts';
import { BASE_ENVIRONMENT, type Environment } from '../config/environment.ts';
import { assertNoProblems, InputError } from '../errors.ts';
import { isConfigModule, loadConfigModule } from '../io/config-module.ts';
import { exists, findConfig, readCatalogFiles, readPackageFile, readText } from '../io/files.ts';
import { moduleFormatOf } from '../io/module-format.ts';
import { continueLayouts } from '../layout/continue-layouts.ts';
import type { Lock } from '../layout/lock.ts';
import { LOCK_FILE } from '../layout/lock.ts';
import type { PipelineInput } from '../pipeline.ts';
import type { PlanInput } from '../plan/plan.ts';
import { template } from '../render/template.ts';
import { asMap } from '../source-text/as-map.ts';
import { notJsonProblems } from '../source-text/not-json.ts';
import { parseSourceText, type SourceText } from '../source-text/source-text.ts';
import { loadLock } from './lock-file.ts';

/** How a command finds its input. */
export interface ProjectOptions {
  readonly cwd: string;
  readonly config?: string | undefined;
  readonly out?: string | undefined;
  readonly env?: string | undefined;
  /** Rebuilds a lost lock from the verifiers' `.json` files. */
  readonly restoreLock?: boolean | undefined;
}

/** A config with all that it names read in. */
export interface Project {
  /** The config's absolute path. */
  readonly path: string;
  /** Its folder; artifact paths are relative to it. */
  readonly folder: string;
  readonly config: Config;
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly environment: string;
  readonly lock: Lock;
  /** The payload of `token.sample`, by audience name. */
  readonly samples: PlanInput['samples'];
}

/** A config that is read, and its absolute path. */
export interface LoadedConfig {
  readonly path: string;
  readonly config: Config;
}

/** @throws InputError */
export function loadConfig(options: Pick<ProjectOptions, 'cwd' | 'config' | 'out'>): LoadedConfig {
  const path = options.config === undefined ? findConfig(options.cwd) : resolve(options.cwd, options.config);
  const source = isConfigModule(path) ? loadConfigModule(path) : parseData(path);
  return { path, config: readConfig(source, outFrom(options, dirname(path))) };
}

/**
 * Reads config, catalogs and lock.
 * @throws InputError
 */
export function loadProject(options: ProjectOptions): Project {
  const loaded = loadConfig(options);
  const environment = chooseEnvironment(loaded.config, options.env);
  return readProject(loaded, environment, options.restoreLock === true);
}

/**
 * Reads what a config names.
 * @param place where to read an absolute path, for files that lie elsewhere than the config says
 * @throws InputError
 */
export function readProject(
  { path, config }: LoadedConfig,
  environment: string,
  restoreLock: boolean,
  place: (path: string) => string = (at) => at,
): Project {
  const folder = dirname(path);
  const paths = pathsOf({ path, config });
  const catalogs = new Map(
    config.environments.map((each) => [
      each.name,
      loadCatalog(place(resolve(folder, each.catalog)), config, each),
    ]),
  );
  const lock = loadLock(place(paths.lock), place(paths.verifiers), config, restoreLock);
  return {
    path,
    folder,
    config,
    catalogs,
    environment,
    lock: continueLayouts(lock, config.audiences),
    samples: new Map(
      config.audiences.flatMap(({ name, token }) =>
        token.sample === undefined ? [] : [[name, readSample(place(resolve(folder, token.sample)))] as const],
      ),
    ),
  };
}

/** The absolute paths of what a project consists of other than its config. */
export function pathsOf({ path, config }: LoadedConfig): {
  readonly catalogs: readonly string[];
  readonly samples: readonly string[];
  readonly lock: string;
  readonly verifiers: string;
} {
  const folder = dirname(path);
  return {
    catalogs: config.environments.map(({ catalog }) => resolve(folder, catalog)),
    samples: config.audiences.flatMap(({ token }) =>
      token.sample === undefined ? [] : [resolve(folder, token.sample)],
    ),
    lock: join(folder, LOCK_FILE),
    verifiers: resolve(folder, config.out.verifier),
  };
}

/** @param path where it is read, which may be elsewhere than the config says */
function loadCatalog(path: string, config: Config, environment: Environment): Catalog {
  const { name, catalog, catalogAt, keywords } = environment;
  if (!exists(path)) {
    throw new InputError([
      config.problem(
        'file_unreadable',
        catalogAt,
        `there is no file or folder ${catalog}`,
        'Correct the path, or export the tenant there (a0deploy export).',
      ),
    ]);
  }
  const identifiers = config.audiences.flatMap((audience) =>
    [audience, ...audience.from].flatMap(({ identifiers: of }) => of.get(name) ?? []),
  );
  return readCatalog(readCatalogFiles(path), keywords, new NeededApis(identifiers));
}

/** A file of plain data, which YAML may have more kinds of than JSON. */
function parseData(path: string): SourceText {
  const source = parseSourceText(path, readText(path));
  assertNoProblems(notJsonProblems(source));
  return source;
}

/** `--out` as seen from the config's folder: on a command line, paths begin at the working directory. */
function outFrom({ cwd, out }: ProjectOptions, folder: string): string | undefined {
  if (out === undefined) return undefined;
  if (out.trim() !== '') return relative(folder, resolve(cwd, out)) || '.';
  throw new InputError([
    { code: 'usage', message: 'the option --out is empty', fix: 'Write --out <folder>, or leave it out.' },
  ]);
}

/** @throws InputError for a name that the config does not have */
export function chooseEnvironment(config: Config, wanted: string | undefined): string {
  const names = config.environments.map(({ name }) => name);
  const environment = wanted ?? BASE_ENVIRONMENT;
  if (names.includes(environment)) return environment;
  const named = names.filter((name) => name !== BASE_ENVIRONMENT);
  throw new InputError([
    {
      code: 'usage',
      file: config.file,
      message:
        wanted === undefined
          ? 'the config has catalogs by environment alone'
          : `there is no environment named ${JSON.stringify(wanted)}`,
      fix:
        named.length === 0
          ? 'Leave --env out, or add the environment under "environments".'
          : `Use --env with one of: ${named.join(', ')}.`,
    },
  ]);
}

/** What the pipeline needs of a project, the shipped templates and scripts included. */
export function pipelineInput(project: Project): PipelineInput {
  const { config, catalogs, environment, lock, samples } = project;
  return {
    config,
    catalogs,
    environment,
    lock,
    samples,
    parts: {
      template: template('action'),
      modules: (
        JSON.parse(readPackageFile('@claimgen/action-runtime/inline.json')) as {
          readonly modules: ActionParts['modules'];
        }
      ).modules,
      versions: {
        claimgen: versionOf(readPackageFile('#own/package.json')),
        runtime: versionOf(readPackageFile('@claimgen/action-runtime/package.json')),
      },
    },
    moduleFormat: config.package === undefined ? moduleFormatOf(pathsOf(project).verifiers) : 'module',
    verifierTemplates: {
      js: template('verifier.js'),
      cjs: template('verifier.cjs'),
      dts: template('verifier.d.ts'),
    },
    reportTemplates: {
      md: template('report.md'),
      html: template('report.html'),
      script: readPackageFile('#own/dist/page/report.js'),
      style: readPackageFile('#own/dist/page/report.css'),
    },
  };
}

function versionOf(packageJson: string): string {
  return (JSON.parse(packageJson) as { readonly version: string }).version;
}

function readSample(path: string): Readonly<Record<string, unknown>> {
  const source = parseData(path);
  const sample = asMap(source.value);
  if (sample !== undefined) return sample;
  throw new InputError([
    source.problem(
      'config_invalid',
      [],
      'a sample must be the payload of a token, an object',
      'Paste the decoded payload of an access token.',
    ),
  ]);
}
