// The forms that a catalog can have on disk, and which one it has.
import { isJson } from '../source-text/source-text.ts';

/** A file of a catalog: its path as messages name it, and its text. */
export interface CatalogFile {
  readonly file: string;
  readonly text: string;
}

/** A catalog's files as read from disk. */
export type CatalogFiles =
  | { readonly format: 'catalog.json' | 'tenant.yaml'; readonly file: CatalogFile }
  | {
      readonly format: 'folder';
      readonly folder: string;
      readonly apis: readonly CatalogFile[];
      readonly roles: readonly CatalogFile[];
      readonly grants: readonly CatalogFile[];
    };

/** The names of what a folder has, as far as it says what the folder is. */
export interface FolderListing {
  readonly apis: readonly string[];
  readonly roles: readonly string[];
  readonly hasTenantYaml: boolean;
}

/** The form of a file, by its name. */
export function formatOfFile(file: string): 'catalog.json' | 'tenant.yaml' {
  return isJson(file) ? 'catalog.json' : 'tenant.yaml';
}

/** The form of a folder: auth0-deploy-cli's own, one that holds its tenant.yaml, or undefined for neither. */
export function formatOfFolder(listing: FolderListing): 'folder' | 'tenant.yaml' | undefined {
  if (listing.apis.length > 0 || listing.roles.length > 0) return 'folder';
  return listing.hasTenantYaml ? 'tenant.yaml' : undefined;
}
