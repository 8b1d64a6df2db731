import { assertNoProblems } from '../errors.ts';
import type { Catalog, CatalogFiles } from './catalog.ts';
import { readCatalogFile } from './catalog-file.ts';
import { readDeployFolder, readTenantYaml } from './deploy-cli.ts';

/**
 * Reads a catalog in any of its forms: an auth0-deploy-cli folder, its `tenant.yaml`, or a `catalog.json`.
 * @throws InputError
 */
export function readCatalog(files: CatalogFiles, keywords: Readonly<Record<string, unknown>>): Catalog {
  const catalog =
    files.kind === 'folder'
      ? readDeployFolder(files.apis, files.roles, files.grants ?? [], keywords)
      : files.file.file.endsWith('.json')
        ? readCatalogFile(files.file)
        : readTenantYaml(files.file, keywords);
  if (catalog.permissions.length === 0) {
    assertNoProblems([
      {
        code: 'catalog_invalid',
        file: files.kind === 'folder' ? files.folder : files.file.file,
        message: 'the catalog holds no permission',
        mend: 'Export the tenant with its resource servers, or point "catalog" to another place.',
      },
    ]);
  }
  return catalog;
}
