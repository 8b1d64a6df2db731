// A tenant's permissions as auth0-deploy-cli 8 exports them into a folder: resource-servers/, roles/ and grants/.
import type { TenantExport } from './tenant-export.ts';

export interface FolderFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The folders of which every file comes from the tenant: what {@link deployFolder} doesn't give is gone there. */
export const FOLDERS: readonly string[] = ['resource-servers', 'roles', 'grants'];

/** The files of a tenant, one by one. */
export function* deployFolder(tenant: TenantExport): Generator<FolderFile> {
  const taken = new Set<string>();
  const file = (folder: string, name: string, value: object): FolderFile => {
    const path = freePath(folder, name, taken);
    return { path, text: `${JSON.stringify(value, null, 2)}\n` };
  };
  for (const api of tenant.apis) yield file('resource-servers', api.name, api);
  for (const role of tenant.roles) yield file('roles', role.name, role);
  const names = new Map(tenant.apis.map(({ identifier, name }) => [identifier, name]));
  for (const grant of tenant.clientGrants) {
    yield file('grants', `${grant.client_id}-${names.get(grant.audience) ?? grant.audience}`, grant);
  }
}

/** Two names may be one file name, also where letters' case doesn't count: then the second gets a number. */
function freePath(folder: string, name: string, taken: Set<string>): string {
  const base = fileName(name);
  for (let count = 1; ; count++) {
    const path = `${folder}/${base}${count === 1 ? '' : `-${count}`}.json`;
    if (taken.has(path.toLowerCase())) continue;
    taken.add(path.toLowerCase());
    return path;
  }
}

/** A name of at most 200 bytes without what some file system refuses, as auth0-deploy-cli's sanitize-filename gives it. */
function fileName(name: string): string {
  const safe = name.replace(/[/?<>\\:*|"\p{Cc}]/gu, '-').replace(/[. ]+$/u, '-');
  const reserved = /^\.+$|^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/iu.test(safe);
  let short = reserved || safe === '' ? `-${safe}` : safe;
  while (Buffer.byteLength(short) > 200) short = short.slice(0, -1);
  return short;
}
