import { type Action, type HostOptions, loadAction } from '#simulator/host/action-host';
import { readCatalog } from '../../src/catalog/read-catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { type PipelineOutput, runPipeline } from '../../src/pipeline.ts';
import { pipelineInput } from '../../src/project/project.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

export const ORDERS = 'https://orders.acme.example';
export const CLAIM = 'https://acme.example/permissions';

/** A tenant of one API, three roles, and one permission that no role holds. */
export const SMALL_CATALOG = {
  permissions: ['read', 'write', 'refund', 'audit'].map((name) => ({
    name: `orders:${name}`,
    audience: ORDERS,
  })),
  roles: {
    Clerk: [{ name: 'orders:read', audience: ORDERS }],
    Manager: ['read', 'write', 'refund'].map((name) => ({ name: `orders:${name}`, audience: ORDERS })),
    Visitor: [],
  },
};

/** A config for that tenant, whose claims are lists of names. */
export function ordersConfig(action: object, audience: object = {}): object {
  return {
    catalog: 'catalog.json',
    claim: CLAIM,
    action,
    audiences: { orders: { audience: ORDERS, globs: ['*'], encoding: 'names', ...audience } },
  };
}

/** Builds in memory what `claimgen build` writes, for the config's base or with `--env`. */
export function buildProject(
  config: object,
  catalog: object = SMALL_CATALOG,
  environment = '',
): PipelineOutput {
  const text = JSON.stringify(catalog);
  const read = readConfig(parseSourceText('/project/claimgen.config.json', JSON.stringify(config)));
  return runPipeline(
    pipelineInput({
      path: '/project/claimgen.config.json',
      folder: '/project',
      config: read,
      catalogs: new Map(
        read.environments.map(({ name }) => [
          name,
          readCatalog({ format: 'catalog.json', file: { file: 'catalog.json', text } }, {}),
        ]),
      ),
      environment,
      lock: new Map(),
      samples: new Map(),
    }),
  );
}

/** The text of the one Action of a build. */
export function codeOf({ artifacts }: PipelineOutput): string {
  const codes = artifacts.filter(({ path }) => path.endsWith('/code.js'));
  if (codes.length !== 1) throw new Error(`The build has ${codes.length} Actions.`);
  return codes[0]?.text ?? '';
}

/** The one Action of a build, as Auth0 would run it. */
export function startAction(config: object, catalog?: object, host?: HostOptions): Action {
  return loadAction(codeOf(buildProject(config, catalog)), host);
}
