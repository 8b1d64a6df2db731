// What keeps the issuer from starting.

/** What is wrong, and how to fix it. */
export class DevError extends Error {
  readonly code: 'port_unavailable';
  readonly fix: string;

  constructor(code: DevError['code'], message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DevError';
    this.code = code;
    this.fix = fix;
  }
}
