interface ArgumentOption<T> {
  readonly type: T;
  readonly requiresArg: true;
  readonly describe: string;
}

const argument = <T extends 'string' | 'number'>(type: T, describe: string): ArgumentOption<T> => ({
  type,
  requiresArg: true,
  describe,
});

/** What `claimgen population` takes, besides what every command takes. */
export const POPULATION_OPTIONS: {
  readonly users: ArgumentOption<'string'>;
  readonly 'roles-per-user': ArgumentOption<'string'>;
  readonly model: ArgumentOption<'number'>;
  readonly seed: ArgumentOption<'number'>;
  readonly before: ArgumentOption<'string'>;
  readonly over: ArgumentOption<'string'>;
} = {
  users: argument('string', "NDJSON with a user a line, such as Auth0's users export; - for standard input"),
  'roles-per-user': argument('string', 'NDJSON with {"user_id", "roles"} a line, joined with --users'),
  model: argument('number', 'How many users to model from the role table; 100,000 by default'),
  seed: argument('number', 'Other modelled users; 1 by default'),
  before: argument('string', 'A git commit, or the folder of a config, to compare with'),
  over: argument('string', 'A file to list everybody over the budget in'),
};

export const POPULATION_EXAMPLES: readonly (readonly [string, string])[] = [
  ['$0 population --model 1000000', 'users modelled from the roles'],
  ['$0 population --users users.gz', "Auth0's export, with roles"],
  ['$0 population --before main', 'what this branch changes'],
];
