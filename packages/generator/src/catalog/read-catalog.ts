import { InputError } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import { readCatalogFile } from './catalog-file.ts';
import type { CatalogFiles } from './catalog-format.ts';
import { readDeployFolder, readTenantYaml } from './deploy-cli.ts';
import type { Keywords } from './keywords.ts';
import { NeededApis } from './needed-apis.ts';

/**
 * Reads a catalog in any of its forms: an auth0-deploy-cli folder, its `tenant.yaml`, or a `catalog.json`.
 * @param needed the APIs that the config names: what is unclear about the others is no error
 * @throws InputError
 */
export function readCatalog(
  files: CatalogFiles,
  keywords: Keywords,
  needed: NeededApis = new NeededApis(),
): Catalog {
  const catalog = readFiles(files, keywords, needed);
  if (catalog.permissions.length > 0) return catalog;
  throw new InputError([
    {
      code: 'catalog_invalid',
      file: files.format === 'folder' ? files.folder : files.file.file,
      message: 'the catalog holds no permission',
      fix: 'Export the tenant with its resource servers, or point "catalog" to another place.',
    },
  ]);
}

function readFiles(files: CatalogFiles, keywords: Keywords, needed: NeededApis): Catalog {
  switch (files.format) {
    case 'folder':
      return readDeployFolder(files, keywords, needed);
    case 'tenant.yaml':
      return readTenantYaml(files.file, keywords, needed);
    case 'catalog.json':
      return readCatalogFile(files.file, needed);
  }
}
