// auth0-deploy-cli 8.44 itself, as far as it reads files: its contexts, its keyword replacement and its own validation.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** What it would deploy, of what claimgen reads. */
export interface Assets {
  readonly resourceServers: readonly Asset[] | null;
  readonly roles: readonly Asset[] | null;
  readonly clientGrants: readonly Asset[] | null;
}

export type Asset = Readonly<Record<string, unknown>>;

interface Context {
  readonly assets: Assets;
  loadAssetsFromLocal(): Promise<void>;
}

type ContextClass = { readonly default: new (config: object, client: object) => Context };

const { default: YamlContext } = require('auth0-deploy-cli/lib/context/yaml/index.js') as ContextClass;
const { default: DirectoryContext } =
  require('auth0-deploy-cli/lib/context/directory/index.js') as ContextClass;
const { Auth0 } = require('auth0-deploy-cli/lib/tools/index.js') as {
  readonly Auth0: new (
    client: object,
    assets: Assets,
    config: (key: string) => unknown,
  ) => { validate(): Promise<void> };
};
const { default: schema } = require('auth0-deploy-cli/lib/tools/auth0/schema.js') as {
  readonly default: { readonly properties: Record<string, object> };
};
const { keywordReplace } = require('auth0-deploy-cli/lib/tools/utils.js') as {
  keywordReplace(text: string, mappings: object): string;
};
(require('auth0-deploy-cli/lib/logger.js') as { readonly default: { level: string } }).default.level =
  'error';

const READ = ['resourceServers', 'roles', 'clientGrants'];
// It compiles the schema of all of its resources anew for each file, which takes seconds; of what is not read here, anything is valid.
for (const name of Object.keys(schema.properties)) {
  if (!READ.includes(name) && name !== 'exclude') schema.properties[name] = {};
}

/** Replaces keywords as it does. */
export function replaceAsDeployCli(text: string, keywords: object): string {
  return keywordReplace(text, keywords);
}

/**
 * Reads files as `a0deploy import` does.
 * @param files a tenant.yaml alone, or the files of a folder by their paths
 * @throws what it throws
 */
export async function readAsDeployCli(
  files: Readonly<Record<string, string>>,
  keywords: object,
): Promise<Assets> {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-reference-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const isYaml = 'tenant.yaml' in files;
    const settings: Record<string, unknown> = {
      AUTH0_INPUT_FILE: isYaml ? join(folder, 'tenant.yaml') : folder,
      AUTH0_KEYWORD_REPLACE_MAPPINGS: keywords,
      AUTH0_INCLUDED_ONLY: [...READ, 'clients'],
    };
    const context = new (isYaml ? YamlContext : DirectoryContext)(settings, {});
    await context.loadAssetsFromLocal();
    // For a folder it does so later, before it deploys.
    await new Auth0({}, context.assets, (key) => settings[key]).validate();
    return context.assets;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
