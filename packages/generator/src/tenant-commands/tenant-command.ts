// What the commands that talk to a tenant have in common: options, and how their values are read.
import type { Option } from '../cli/command.ts';

/** Every command's. */
export const TENANT_OPTIONS: {
  readonly config: StringOption;
  readonly env: StringOption;
  readonly 'auth0-cli': BooleanOption;
  readonly rps: NumberOption;
  readonly timeout: NumberOption;
  readonly json: BooleanOption;
} = {
  config: { type: 'string', describe: 'The config file; found upward from here by default' },
  env: { type: 'string', describe: 'The environment of the config that the tenant is for' },
  'auth0-cli': { type: 'boolean', describe: "Use the login of Auth0's own CLI" },
  rps: { type: 'number', describe: 'The most requests a second' },
  timeout: { type: 'number', describe: 'Seconds in which everything must be done' },
  json: { type: 'boolean', describe: 'Print JSON for programs' },
};

type StringOption = NamedOption<'string'>;
type BooleanOption = NamedOption<'boolean'>;
type NumberOption = NamedOption<'number'>;

interface NamedOption<T extends Option['type']> {
  readonly type: T;
  readonly describe: string;
}

/** What was given for them. */
export interface TenantValues {
  readonly config?: string | undefined;
  readonly env?: string | undefined;
  readonly auth0Cli?: boolean | undefined;
  readonly rps?: number | undefined;
  readonly timeout?: number | undefined;
  readonly json?: boolean | undefined;
}
