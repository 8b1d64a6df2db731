// This module, write-files.ts, named-files.ts and stream-files.ts beside it are the only ones that touch the file system.
import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CatalogFile,
  type CatalogFiles,
  formatOfFile,
  formatOfFolder,
} from '../catalog/catalog-format.ts';
import { docsPage } from '../format/docs-page.ts';
import { fileError, reasonOf } from './file-error.ts';
import { isPointer } from './lfs.ts';

export const CONFIG_NAMES: readonly string[] = [
  'claimgen.config.yaml',
  'claimgen.config.yml',
  'claimgen.config.json',
  'claimgen.config.ts',
  'claimgen.config.mts',
  'claimgen.config.js',
  'claimgen.config.mjs',
  'claimgen.config.cjs',
];

/**
 * Finds the config from `directory` upward.
 * @throws InputError where there is none
 */
export function findConfig(directory: string): string {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const found = CONFIG_NAMES.map((name) => join(at, name)).filter((path) => existsSync(path));
    if (found.length > 1) {
      throw fileError(
        'usage',
        at,
        `there are ${found.length} configs in this folder`,
        'Keep one of them, or name it with --config.',
      );
    }
    if (found[0] !== undefined) return found[0];
    if (at === parse(at).root) {
      throw fileError(
        'usage',
        undefined,
        `there is no ${CONFIG_NAMES[0]} in this folder or above it`,
        `Run claimgen init (claimgen init --catalog <folder> where there is an export), write one yourself (${docsPage('reference/config.md')}), or name it with --config.`,
      );
    }
  }
}

/**
 * The text of a file that somebody wrote: JSON and YAML are UTF-8 (RFC 8259, section 8.1; YAML 1.2.2, section 5.2). Bytes of another encoding
 * would all become one character, and different names the same.
 * @throws InputError
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (isUtf8(bytes)) return textOf(path, bytes);
  throw fileError(
    'file_unreadable',
    path,
    'the file is not in UTF-8, and names in it would be read as others',
    'Save it in UTF-8.',
  );
}

/** The text of a file that may be missing, and may be anybody's. */
export function readTextIfPresent(path: string): string | undefined {
  return existsSync(path) ? textOf(path, readBytes(path)) : undefined;
}

function textOf(path: string, bytes: Buffer): string {
  // A byte order mark is no part of the text.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (!isPointer(text)) return text;
  throw fileError(
    'file_unreadable',
    path,
    'the file is a pointer of Git LFS, and its content is not in this clone',
    'Run git lfs pull, or git lfs fetch --all for the files of an earlier commit (in GitHub Actions, actions/checkout with lfs: true).',
  );
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(
      'file_unreadable',
      path,
      `the file can't be read: ${reasonOf(error)}`,
      'Correct the path, or make the file readable.',
    );
  }
}

/** The names in a folder, sorted; none where there is no folder. */
export function listFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path).sort();
  } catch (error) {
    throw fileError(
      'file_unreadable',
      path,
      `the folder can't be read: ${reasonOf(error)}`,
      'There must be a readable folder here, or nothing.',
    );
  }
}

/** Whether there is a file or folder at a path. */
export function exists(path: string): boolean {
  return existsSync(path);
}

/**
 * Reads a catalog's files: an auth0-deploy-cli folder, or one file.
 * @param path of what is there
 * @throws InputError
 */
export function readCatalogFiles(path: string): CatalogFiles {
  if (!isFolder(path)) return { format: formatOfFile(path), file: namedFile(path) };
  const tenantYaml = join(path, 'tenant.yaml');
  const listing = {
    apis: jsonFiles(join(path, 'resource-servers')),
    roles: jsonFiles(join(path, 'roles')),
    hasTenantYaml: existsSync(tenantYaml),
  };
  const format = formatOfFolder(listing);
  if (format === 'tenant.yaml') return { format, file: namedFile(tenantYaml) };
  if (format === undefined) {
    const yaml = listFolder(path).find((name) => /\.ya?ml$/.test(name));
    const named = yaml === undefined ? '' : ` If ${yaml} is the export, name the file: catalog: …/${yaml}.`;
    throw fileError(
      'catalog_invalid',
      path,
      'the folder holds neither resource-servers/*.json nor tenant.yaml',
      `Export the tenant there: a0deploy export --format directory.${named}`,
    );
  }
  return {
    format,
    folder: path,
    apis: listing.apis.map(namedFile),
    roles: listing.roles.map(namedFile),
    grants: jsonFiles(join(path, 'grants')).map(namedFile),
  };
}

/** The paths of a folder's JSON files, as auth0-deploy-cli takes them: one named .json alone has no ending for it. */
function jsonFiles(folder: string): string[] {
  return listFolder(folder)
    .filter((name) => extname(name) === '.json')
    .map((name) => join(folder, name));
}

function namedFile(path: string): CatalogFile {
  return { file: path, text: readText(path) };
}

/** The text of a file that ships with a package, by its import specifier. */
export function readPackageFile(specifier: string): string {
  return readFileSync(fileURLToPath(import.meta.resolve(specifier)), 'utf8');
}

export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
