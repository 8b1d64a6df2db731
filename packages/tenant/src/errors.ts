// What can go wrong between claimgen and a tenant, and which exit code of the command each has.

/** A stable name of each cause. */
export type TenantErrorCode =
  | 'domain_invalid'
  | 'option_invalid'
  | 'credentials_missing'
  | 'credentials_rejected'
  | 'scope_missing'
  | 'export_invalid'
  | 'journal_invalid'
  | 'file_unwritable'
  | 'not_found'
  | 'refused'
  | 'request_refused'
  | 'build_failed'
  | 'changed_meanwhile'
  | 'tenant_unreachable'
  | 'outcome_unknown'
  | 'rate_limited'
  | 'deadline_exceeded'
  | 'interrupted'
  | 'answer_invalid'
  | 'list_unstable';

/** 1: refused; 2: usage or config; 3: the tenant is unreachable or time is up. */
const EXIT_CODES: Readonly<Record<TenantErrorCode, 1 | 2 | 3>> = {
  domain_invalid: 2,
  option_invalid: 2,
  credentials_missing: 2,
  credentials_rejected: 2,
  scope_missing: 2,
  export_invalid: 2,
  journal_invalid: 2,
  file_unwritable: 2,
  not_found: 1,
  refused: 1,
  request_refused: 1,
  build_failed: 1,
  changed_meanwhile: 1,
  tenant_unreachable: 3,
  outcome_unknown: 3,
  rate_limited: 3,
  deadline_exceeded: 3,
  interrupted: 3,
  answer_invalid: 3,
  list_unstable: 3,
};

/**
 * Something about the tenant, or about the way to it, is not as it must be. `message` says what and where, `fix` what to do.
 * It has no `cause`: errors of HTTP clients carry the request, and with it the token.
 *
 * @example
 * catch (error) {
 *   if (error instanceof TenantError) process.exitCode = error.exitCode;
 * }
 */
export class TenantError extends Error {
  readonly code: TenantErrorCode;
  readonly fix: string;
  /** The status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(code: TenantErrorCode, message: string, fix: string, status?: number) {
    super(message);
    this.name = 'TenantError';
    this.code = code;
    this.fix = fix;
    this.status = status;
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): 1 | 2 | 3 {
    return EXIT_CODES[this.code];
  }
}
