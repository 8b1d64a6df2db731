/** A source of permissions that can't be relied on. Its message goes to the tenant's log: no user data, token or secret is part of it. */
export class SourceFailure extends Error {
  /** What the login gets whatever the source's onError says. */
  readonly decision: 'deny' | undefined;

  constructor(message: string, decision?: 'deny') {
    super(message);
    this.name = 'SourceFailure';
    this.decision = decision;
  }
}
