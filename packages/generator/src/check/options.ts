interface CheckOption<T> {
  readonly type: T;
  readonly requiresArg?: true;
  readonly describe: string;
}

/** What `claimgen check` takes, besides what every command takes. */
export const CHECK_OPTIONS: {
  readonly base: CheckOption<'string'>;
  readonly junit: CheckOption<'string'>;
  readonly strict: CheckOption<'boolean'>;
  readonly why: CheckOption<'boolean'>;
} = {
  base: { type: 'string', requiresArg: true, describe: 'A git commit to say what changes against' },
  junit: { type: 'string', requiresArg: true, describe: "A file for a report in JUnit's form" },
  strict: { type: 'boolean', describe: 'Fail on lints, too' },
  why: { type: 'boolean', describe: 'Show every size, what would make it smaller, and what is assumed' },
};

export const CHECK_EXAMPLES: readonly (readonly [string, string])[] = [
  ['$0 check', 'in CI, and before a commit'],
  ['$0 check --base origin/main', 'what this branch changes'],
  ['$0 check --why', 'what would bring tokens down'],
];
