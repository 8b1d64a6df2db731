import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { exportName } from '../verifier-module/export-name.ts';
import { inConfig, type Lint } from './lint.ts';

/** What auth0-deploy-cli puts values in place of, anywhere in the files that it imports. */
const KEYWORD = /##[A-Za-z0-9_]+##|@@[A-Za-z0-9_]+@@/;

/** Names that other tools read as something else. What claimgen emits carries all of them as data. */
export function nameLints(config: Config, catalog: Catalog): Lint[] {
  return [
    ...keywords(
      'permission',
      catalog.permissions.map(({ name }) => name),
    ),
    ...keywords(
      'role',
      catalog.roles.map(({ name }) => name),
    ),
    ...sameExportNames(config),
  ];
}

/** A name that auth0-deploy-cli would lose. */
export function actionNameLints(name: string): Lint[] {
  // auth0-deploy-cli takes a value that is nothing but a placeholder for one that was left open, and drops it.
  if (!/^(?:##[A-Z0-9_]+##|@@[A-Z0-9_]+@@)$/.test(name)) return [];
  return [
    {
      code: 'action_name_keyword',
      severity: 'error',
      ...inConfig(['action', 'name']),
      message: `auth0-deploy-cli takes the Action's name ${JSON.stringify(name)} for a placeholder, and drops it`,
      fix: 'Choose a name without ## and @@.',
    },
  ];
}

function keywords(kind: 'permission' | 'role', names: readonly string[]): Lint[] {
  const found = [...new Set(names.filter((name) => KEYWORD.test(name)))];
  const [first] = found;
  if (first === undefined) return [];
  const more = found.length === 1 ? '' : ` and ${found.length - 1} more`;
  return [
    {
      code: 'name_keyword',
      severity: 'warning',
      where: `catalog, ${kind} ${JSON.stringify(first)}${more}`,
      message: `auth0-deploy-cli replaces ${KEYWORD.exec(first)?.[0]} in the tenant's own files by an environment variable of that name, and the ${kind} would be another`,
      fix: `Rename the ${kind}, or import the tenant with a0deploy import --env false; what claimgen emits is safe.`,
    },
  ];
}

/** Files differ, but an API that imports both modules has one name for two layouts. */
function sameExportNames({ audiences }: Config): Lint[] {
  const seen = new Map<string, string>();
  return audiences.flatMap(({ name }): Lint[] => {
    const exported = exportName(name);
    const other = seen.get(exported);
    seen.set(exported, name);
    if (other === undefined) return [];
    return [
      {
        code: 'same_export_name',
        severity: 'warning',
        ...inConfig(['audiences', name]),
        message: `the modules of ${other} and ${name} both export ${exported}`,
        fix: 'Rename one of them, or import the default exports.',
      },
    ];
  });
}
