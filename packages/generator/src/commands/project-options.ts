// What every command that reads a config takes.
import type { Process } from '../cli/process.ts';
import type { ProjectOptions } from '../project/project.ts';

interface NamedOption<T> {
  readonly type: T;
  readonly describe: string;
}

/** The options, as a command lists them. */
export const PROJECT_OPTIONS: {
  readonly config: NamedOption<'string'>;
  readonly env: NamedOption<'string'>;
  readonly out: NamedOption<'string'>;
  readonly json: NamedOption<'boolean'>;
} = {
  config: { type: 'string', describe: 'The config file; found upward from here by default' },
  env: { type: 'string', describe: 'The environment of the config that the Action is for' },
  out: { type: 'string', describe: "The folder for generated files, in place of the config's" },
  json: { type: 'boolean', describe: 'Print JSON for programs' },
};

/** Of `build` and `check`. */
export const WHY_OPTION: NamedOption<'boolean'> = {
  type: 'boolean',
  describe: 'Show every size, what would make it smaller, and what is assumed',
};

/** How a command finds its project, from the values of these options. */
export function projectOptions(
  { config, env, out }: Omit<ProjectOptions, 'cwd'>,
  { cwd }: Pick<Process, 'cwd'>,
): ProjectOptions {
  return { cwd, config, env, out };
}
