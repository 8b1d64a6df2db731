// HTTP with a bound: so many requests a login, and none after its end.
import { SourceFailure } from '../../source-failure.ts';
import { type Refusal, retryDelay } from './retry-delay.ts';

/** An answer that is no success, after all tries. */
export class HttpFailure extends SourceFailure {
  /** 0 when no answer came. */
  readonly status: number;

  constructor(what: string, status: number) {
    super(what + (status === 0 ? ' did not answer' : ' answered ' + status));
    this.status = status;
  }
}

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly refusal: Refusal };

const UNANSWERED: Answer = { ok: false, refusal: { status: 0, header: () => null } };

/** The requests of one login: none beyond the most that are allowed, none after the end. */
export class Requests {
  readonly #most: number;
  readonly #end: number;
  readonly #signal: AbortSignal;
  #sent = 0;

  /** @param end milliseconds since the epoch, after which nothing is waited for */
  constructor(most: number, end: number, signal: AbortSignal) {
    this.#most = most;
    this.#end = end;
    this.#signal = signal;
  }

  /**
   * The JSON that a request is answered with; tries again what may pass.
   * @param what the request's name in messages
   * @throws HttpFailure for an answer that is no success, SourceFailure for one that is no JSON
   *   and beyond the most requests.
   */
  async json(what: string, url: string, init: RequestInit): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      if (this.#sent >= this.#most) {
        throw new SourceFailure(what + ' needs more than the ' + this.#most + ' requests of a login');
      }
      this.#sent += 1;
      const answer = await this.#send(url, init);
      if (answer.ok) return parse(what, answer.text);
      const { refusal } = answer;
      const delay = retryDelay(refusal, attempt, Date.now(), Math.random());
      const isOver = this.#sent >= this.#most || Date.now() + (delay ?? 0) >= this.#end;
      if (delay === undefined || isOver) throw new HttpFailure(what, refusal.status);
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (this.#signal.aborted) throw new HttpFailure(what, refusal.status);
    }
  }

  async #send(url: string, init: RequestInit): Promise<Answer> {
    try {
      // A redirect is no success: credentials go to the tenant's domain alone.
      const response = await fetch(url, { ...init, redirect: 'manual', signal: this.#signal });
      if (response.ok) return { ok: true, text: await response.text() };
      response.body?.cancel().catch(() => undefined);
      return {
        ok: false,
        refusal: { status: response.status, header: (name) => response.headers.get(name) },
      };
    } catch {
      return UNANSWERED;
    }
  }
}

function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceFailure(what + ' did not answer with JSON');
  }
}
