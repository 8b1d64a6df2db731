/** What a command found: text for people, a value for `--json`, and the exit code. */
export interface CommandResult {
  readonly text: string;
  readonly json: unknown;
  /** 0 done; 1 a check failed. */
  readonly exitCode: 0 | 1;
}
