// How a command is told which log of changes is meant: the folder of a journal, or a module that opens any log.

/** The options, as a command lists them. */
export const LOG_OPTIONS: {
  readonly journal: { readonly type: 'string'; readonly describe: string };
  readonly changes: { readonly type: 'string'; readonly describe: string };
} = {
  journal: { type: 'string', describe: 'The folder of a journal' },
  changes: { type: 'string', describe: 'In its place: a module that opens a log of changes' },
};

/** What was given for them. */
export interface LogValues {
  readonly journal?: string | undefined;
  readonly changes?: string | undefined;
}
