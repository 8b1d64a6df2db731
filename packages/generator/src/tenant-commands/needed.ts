// The project that a command is about, as far as there is one, and what of a tenant it is about.
import { resolve } from 'node:path';
import type { ComparedCatalog } from '@claimgen/tenant';
import { NeededApis } from '../catalog/needed-apis.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { readCatalogFiles } from '../io/files.ts';

/** The environment of a name. */
export function environmentOf({ environments }: Config, name: string): Environment {
  return environments.find((environment) => environment.name === name) as Environment;
}

/** The tenant's domain, where the config has it: for the Management API as a source of permissions. */
export function domainOf({ audiences, environments }: Config, name: string): string | undefined {
  const domain = environments.find((environment) => environment.name === name)?.domain;
  const sources = audiences.flatMap((audience) => audience.sources);
  return domain ?? sources.flatMap((source) => (source.kind === 'managementApi' ? [source.domain] : []))[0];
}

/** The APIs that a config names in an environment. */
export function neededApis({ audiences }: Config, environment: string): NeededApis {
  return new NeededApis(
    audiences.flatMap((audience) =>
      [audience, ...audience.from].flatMap(({ identifiers }) => identifiers.get(environment) ?? []),
    ),
  );
}

/**
 * A catalog on disk, to compare the tenant with.
 * @throws InputError
 */
export function comparedFile(
  path: string,
  keywords: Environment['keywords'],
  needed: NeededApis,
): ComparedCatalog {
  return readCatalog(readCatalogFiles(resolve(path)), keywords, needed);
}
