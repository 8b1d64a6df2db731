// What a request is answered with, before a framework sends it.

/** A body that is a stream is sent as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncGenerator<string, void, undefined>;
}
