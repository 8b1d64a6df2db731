// Where a pull goes and in which form: a catalog.json, or an auth0-deploy-cli folder.
import { dirname, extname, join } from 'node:path';
import type { CatalogChange, TenantExport } from '@claimgen/tenant';
import { usageError } from '../errors.ts';
import { exists, isFolder, listFolder, readTextIfPresent } from '../io/files.ts';
import {
  assertWritable,
  hasStart,
  hasText,
  linesOf,
  makeFolderOf,
  replaceablePath,
  replaceFiles,
} from '../io/tenant-files.ts';
import { asMap } from '../source-text/as-map.ts';
import type { TenantPackage } from './tenant-package.ts';

export interface PullTarget {
  readonly form: 'catalog.json' | 'folder';
  /** Absolute. */
  readonly path: string;
}

/** @throws InputError for a place that a pull doesn't write */
export function pullTarget(named: string): PullTarget {
  const path = replaceablePath(named);
  const isFile = exists(path) && !isFolder(path);
  if (extname(named) === '.json') {
    if (isFolder(path))
      throw usageError(`${path} is a folder`, 'Name a file, or a folder without the ending .json.');
    return { form: 'catalog.json', path };
  }
  if (isFile || /^\.ya?ml$/.test(extname(path))) {
    throw usageError(
      `a pull writes no ${extname(path) || 'file like that'}: ${path}`,
      'Name a catalog.json, or an auth0-deploy-cli folder, under "catalog" or with --out.',
    );
  }
  if (exists(join(path, 'tenant.yaml')) && !exists(join(path, 'resource-servers'))) {
    throw usageError(
      `a pull writes no tenant.yaml: ${join(path, 'tenant.yaml')}`,
      'Export it with a0deploy export, or name a catalog.json with --out.',
    );
  }
  return { form: 'folder', path };
}

/**
 * What is in the way of a pull, before anything is asked of the tenant.
 * @throws InputError
 */
export function assertReplaceable({ form, path }: PullTarget, folders: readonly string[]): void {
  const written = form === 'folder' ? folders.map((name) => join(path, name)) : [dirname(path)];
  for (const folder of written) assertWritable(folder);
  if (form === 'catalog.json') {
    // What a pull wrote is not read as a whole.
    if (hasStart(path, PULLED)) return;
    const text = readTextIfPresent(path);
    if (text === undefined || text.trim() === '' || isCatalog(text)) return;
    throw usageError(
      `${path} is not a catalog, and a pull would replace it`,
      'Move it, or name another file.',
    );
  }
  const keyworded = filesOf(path, folders).find((file) => KEYWORD.test(readTextIfPresent(file) ?? ''));
  if (keyworded === undefined) return;
  throw usageError(
    `${keyworded} has keywords, in the place of which a pull would put the values of this tenant`,
    'Pull into another place with --out, or export with a0deploy and AUTH0_PRESERVE_KEYWORDS.',
  );
}

/** How the catalogs of pulls begin. */
const PULLED = '{\n  "permissions": [\n    {"name":';

const KEYWORD = /@@[^@\s]+@@|##[^#\s]+##/;

function isCatalog(text: string): boolean {
  try {
    const root = asMap(JSON.parse(text));
    return Array.isArray(root?.['permissions']) && asMap(root['roles'] ?? {}) !== undefined;
  } catch {
    return false;
  }
}

/** The files that come from the tenant. */
function filesOf(folder: string, folders: readonly string[]): string[] {
  return folders.flatMap((name) =>
    listFolder(join(folder, name))
      .filter((file) => extname(file) === '.json')
      .map((file) => join(folder, name, file)),
  );
}

/** Whether there is a catalog to compare with. */
export function hasCatalog({ form, path }: PullTarget, folders: readonly string[]): boolean {
  return form === 'folder' ? filesOf(path, folders).length > 0 : exists(path) && !hasText(path, []);
}

/** What changed since a pull wrote the catalog; undefined where it is of another form. */
export function diffLines(
  tenant: typeof TenantPackage,
  { form, path }: PullTarget,
  found: TenantExport,
): CatalogChange[] | undefined {
  return form === 'folder' ? undefined : tenant.diffCatalogFile(linesOf(path), found);
}

/** Whether what is there is what a pull would write. */
export function isPulled(
  tenant: typeof TenantPackage,
  { form, path }: PullTarget,
  found: TenantExport,
): boolean {
  if (form === 'catalog.json') return hasText(path, tenant.catalogFile(found));
  const present = new Set(filesOf(path, tenant.FOLDERS));
  for (const file of tenant.deployFolder(found)) {
    const name = join(path, file.path);
    if (!hasText(name, [file.text])) return false;
    present.delete(name);
  }
  return present.size === 0;
}

/**
 * Writes what was pulled, so that whoever reads it finds the old catalog or the new one.
 * @throws TenantError, InputError where it can't be written
 */
export async function writePulled(
  tenant: typeof TenantPackage,
  { form, path }: PullTarget,
  found: TenantExport,
): Promise<void> {
  if (form === 'catalog.json') {
    makeFolderOf(path);
    await tenant.writeWhole(path, tenant.catalogFile(found));
    return;
  }
  const stale = new Set(filesOf(path, tenant.FOLDERS));
  function* files(): Generator<{ readonly path: string; readonly text: string }> {
    for (const file of tenant.deployFolder(found)) {
      const name = join(path, file.path);
      stale.delete(name);
      yield { path: name, text: file.text };
    }
  }
  replaceFiles(files(), stale);
}
