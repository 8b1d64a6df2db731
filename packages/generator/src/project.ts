import { dirname, join, resolve } from 'node:path';
import type { Catalog } from './catalog/catalog.ts';
import { asMap } from './catalog/catalog-file.ts';
import { readCatalog } from './catalog/read-catalog.ts';
import { type Config, readConfig } from './config/config.ts';
import { BASE_ENVIRONMENT } from './config/environment.ts';
import { InputError } from './errors.ts';
import {
  displayPath,
  findConfig,
  listFolder,
  readCatalogFiles,
  readPackageFile,
  readText,
  readTextIfPresent,
} from './files.ts';
import type { AudienceLayout } from './layout/layout.ts';
import { type Lock, readLock } from './layout/lock.ts';
import { LOCK_FILE, type PipelineInput } from './pipeline.ts';
import { compileCodeTemplate, compileHtmlTemplate } from './render/template.ts';
import { parseSource } from './source.ts';
import { layoutOfVerifier } from './verifier-module/verifier-layout.ts';

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
  /** The config's folder; artifact paths are relative to it. */
  readonly folder: string;
  readonly config: Config;
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly environment: string;
  readonly lock: Lock;
}

/**
 * Reads config, catalogs and lock.
 * @throws InputError
 */
export function loadProject(options: ProjectOptions): Project {
  const path = options.config === undefined ? findConfig(options.cwd) : resolve(options.cwd, options.config);
  const folder = dirname(path);
  const config = readConfig(parseSource(displayPath(path), readText(path)), options.out);
  const environment = chooseEnvironment(config, options.env);
  const catalogs = new Map(
    config.environments.map(({ name, catalog, keywords }) => [
      name,
      readCatalog(readCatalogFiles(resolve(folder, catalog)), keywords),
    ]),
  );
  return {
    folder,
    config,
    catalogs,
    environment,
    lock: loadLock(folder, config, options.restoreLock === true),
  };
}

function chooseEnvironment(config: Config, wanted: string | undefined): string {
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
      mend:
        named.length === 0
          ? 'Leave --env out, or add the environment under "environments".'
          : `Use --env with one of: ${named.join(', ')}.`,
    },
  ]);
}

function loadLock(folder: string, config: Config, restore: boolean): Lock {
  const path = join(folder, LOCK_FILE);
  const text = readTextIfPresent(path);
  if (text !== undefined) return readLock(displayPath(path), text);
  const verifiers = listFolder(resolve(folder, config.out.verifier)).filter(
    (name) => name.endsWith('.json') && name !== 'package.json',
  );
  if (verifiers.length === 0) return new Map();
  if (!restore) {
    throw new InputError([
      {
        code: 'lock_lost',
        file: displayPath(path),
        message: 'the lock is missing, and the verifiers that were built with it are there',
        mend: 'Restore it from git, or rebuild it with claimgen build --restore-lock; without it, permissions could change places.',
      },
    ]);
  }
  return new Map(
    verifiers.map((name): [string, AudienceLayout] => {
      const file = join(resolve(folder, config.out.verifier), name);
      const restored = layoutOfVerifier(displayPath(file), readText(file));
      return [restored.name, restored.layout];
    }),
  );
}

/** What the pipeline needs of a project, the shipped templates and scripts included. */
export function pipelineInput(project: Project): PipelineInput {
  const { folder, config, catalogs, environment, lock } = project;
  const template = (name: string) => readPackageFile(`@claimgen/templates/${name}.hbs`);
  return {
    config,
    catalogs,
    environment,
    lock,
    samples: new Map(
      config.audiences.flatMap(({ name, token }) =>
        token.sample === undefined ? [] : [[name, readSample(resolve(folder, token.sample))] as const],
      ),
    ),
    parts: {
      template: compileCodeTemplate(template('action')),
      runtime: readPackageFile('@claimgen/action-runtime/inline/claimgen.js'),
      unpack: readPackageFile('@claimgen/action-runtime/inline/claimgenPack.js'),
    },
    verifierTemplates: {
      js: compileCodeTemplate(template('verifier.js')),
      dts: compileCodeTemplate(template('verifier.d.ts')),
    },
    reportTemplates: {
      md: compileCodeTemplate(template('report.md')),
      html: compileHtmlTemplate(template('report.html')),
    },
  };
}

function readSample(path: string): Readonly<Record<string, unknown>> {
  const source = parseSource(displayPath(path), readText(path));
  const sample = asMap(source.value);
  if (sample !== undefined) return sample;
  throw new InputError([
    source.problem(
      'config_invalid',
      [],
      'a sample is the payload of a token: a map',
      'Paste the decoded payload of an access token.',
    ),
  ]);
}
