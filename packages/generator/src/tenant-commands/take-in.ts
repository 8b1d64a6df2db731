// What was found of a tenant against the catalog that is there: their difference, and the new catalog.

import type { CatalogChange, TenantExport } from '@claimgen/tenant';
import type { NeededApis } from '../catalog/needed-apis.ts';
import type { CommandResult } from '../cli/command.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import { formatChanges } from './format-changes.ts';
import { comparedFile } from './needed.ts';
import { diffLines, hasCatalog, isPulled, type PullTarget, writePulled } from './pull-target.ts';
import type { TenantValues } from './tenant-command.ts';
import type { TenantPackage } from './tenant-package.ts';

/** What was given. */
export interface PullValues extends TenantValues {
  readonly out?: string | undefined;
  readonly check?: boolean | undefined;
  readonly users?: string | undefined;
  readonly authorizationExtension?: string | undefined;
  readonly applications?: string | undefined;
}

/** What a pull is about. */
export interface PullPlace {
  readonly target: PullTarget;
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly needed: NeededApis;
  /** The tenant's domain, where the config says. */
  readonly domain: string | undefined;
  /** Profile fields that the config's sources read. */
  readonly fields: readonly string[];
}

/** Compares what was found with what is there, and writes it unless it is only checked. */
export async function takeIn(
  tenant: typeof TenantPackage,
  found: TenantExport,
  { target, keywords, needed }: PullPlace,
  check: boolean,
  written: () => Promise<void> = async () => undefined,
): Promise<CommandResult> {
  const isNew = !hasCatalog(target, tenant.FOLDERS);
  const isSame = !isNew && isPulled(tenant, target, found);
  const counts = (identifier: string) => needed.has(identifier);
  const changes: readonly CatalogChange[] =
    isNew || isSame
      ? []
      : (diffLines(tenant, target, found) ??
        tenant.diffCatalogs(
          tenant.catalogOf(comparedFile(target.path, keywords, needed), counts),
          tenant.catalogOf(tenant.comparedCatalog(found), counts),
        ));
  const drifted = isNew || changes.length > 0;
  if (!check) {
    if (!isSame) await writePulled(tenant, target, found);
    await written();
  }
  const counted = countsOf(found);
  return {
    text: [
      ...formatChanges(changes),
      ...found.notes.map((note) => `note: ${oneLine(note)}`),
      verdict(target.path, { isNew, isSame, check, changes: changes.length, counted }),
    ].join('\n'),
    json: { changes, notes: found.notes, ...counted.json, written: check || isSame ? null : target.path },
    exitCode: check && drifted ? 1 : 0,
  };
}

interface Counted {
  readonly text: string;
  readonly json: { readonly apis: number; readonly permissions: number; readonly roles: number };
}

function countsOf({ apis, roles }: TenantExport): Counted {
  const permissions = apis.reduce((sum, { scopes }) => sum + scopes.length, 0);
  return {
    text: `${plural(apis.length, 'API')}, ${plural(permissions, 'permission')}, ${plural(roles.length, 'role')}`,
    json: { apis: apis.length, permissions, roles: roles.length },
  };
}

function verdict(
  path: string,
  at: {
    readonly isNew: boolean;
    readonly isSame: boolean;
    readonly check: boolean;
    readonly changes: number;
    readonly counted: Counted;
  },
): string {
  const { isNew, isSame, check, changes, counted } = at;
  const file = oneLine(path);
  if (isNew)
    return check ? `FAILED there is no ${file}\n  Run claimgen pull.` : `Wrote ${file}: ${counted.text}.`;
  if (isSame || (check && changes === 0)) return `No changes: ${counted.text}.`;
  const where = `in ${plural(changes, 'place')}`;
  return check
    ? `FAILED the tenant and ${file} differ ${where}\n  Run claimgen pull, look at the difference, then claimgen build and claimgen deploy.`
    : `Wrote ${file}, which differs ${where}: ${counted.text}.`;
}
