/** A source of permissions that can't be relied on. Its message goes to the tenant's log. */
export class SourceFailure extends Error {
  /** Overrules the source's onError. */
  readonly decision: 'deny' | undefined;

  constructor(message: string, decision?: 'deny') {
    super(message);
    this.name = 'SourceFailure';
    this.decision = decision;
  }
}
