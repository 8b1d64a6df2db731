// Faults as scripts: [{ after: 3, status: 429 }, { cut: 'after' }] lets three requests pass, refuses the fourth, carries out the
// fifth and loses its answer.
import { type ApiAnswer, type ApiRequest, type Breakage, refusal } from './answer.ts';

/** One thing that goes wrong. It counts the requests that match it from when the one before it is over. */
export interface Fault {
  /** Only requests whose `METHOD path` begins so, such as `PATCH /api/v2/actions`; `*` for any method. Every request by default. */
  readonly on?: string;
  /** Matching requests that pass first; 0 by default. */
  readonly after?: number;
  /** Matching requests that it hits; 1 by default. */
  readonly times?: number;
  /** Answers with this status in place of the route. */
  readonly status?: number;
  /** Of that answer; a function is given the clock's time. */
  readonly headers?: Readonly<Record<string, string>> | ((now: number) => Readonly<Record<string, string>>);
  /** In place of the route's body; a string is sent as HTML. */
  readonly body?: unknown;
  /** Ends the connection: `before` the route has done its work, or `after` it. */
  readonly cut?: 'before' | 'after';
  /** Announces the whole answer of the route and sends half of it. */
  readonly half?: true;
  /** Never answers. */
  readonly silent?: true;
  /** Milliseconds before the route's answer. */
  readonly delay?: number;
  /** The access token is no longer accepted, from now on: a new one is. */
  readonly expire?: true;
  /** Does anything to the route's answer. */
  readonly change?: (answer: ApiAnswer) => ApiAnswer;
  /** Hits only the first request for each URL. */
  readonly oncePerUrl?: true;
}

/** What a fault does to one request. */
export interface Effect {
  /** In place of what the route would answer; the route is not run. */
  readonly instead?: ApiAnswer;
  /** Done to the route's answer. */
  readonly change?: (answer: ApiAnswer) => ApiAnswer;
  readonly expire?: true;
}

/** Runs a script: tells of each request, in their order, what is wrong with it. */
export class FaultScript {
  readonly #faults: Fault[];
  #passed = 0;
  #hit = 0;
  #seen: Set<string> = new Set();

  constructor(faults: readonly Fault[]) {
    this.#faults = [...faults];
  }

  /** Faults that have not hit as often as they shall. */
  get left(): number {
    return this.#faults.length;
  }

  next(request: ApiRequest, now: number): Effect | undefined {
    const [fault] = this.#faults;
    if (fault === undefined || !matches(fault, request)) return undefined;
    if (fault.oncePerUrl && !this.#isNew(`${request.path}?${request.query}`)) return undefined;
    if (this.#passed < (fault.after ?? 0)) {
      this.#passed++;
      return undefined;
    }
    this.#hit++;
    if (this.#hit >= (fault.times ?? 1)) {
      this.#faults.shift();
      this.#passed = 0;
      this.#hit = 0;
    }
    return effectOf(fault, now);
  }

  #isNew(url: string): boolean {
    const isNew = !this.#seen.has(url);
    this.#seen.add(url);
    return isNew;
  }
}

function matches({ on }: Fault, { method, path }: ApiRequest): boolean {
  if (on === undefined) return true;
  const [wantedMethod = '*', wantedPath = '/'] = on.split(' ');
  return (wantedMethod === '*' || wantedMethod === method) && path.startsWith(wantedPath);
}

function effectOf(fault: Fault, now: number): Effect {
  const { status, body, cut, half, silent, delay, expire, change } = fault;
  const headers = (typeof fault.headers === 'function' ? fault.headers(now) : fault.headers) ?? {};
  if (expire) return { expire };
  if (cut === 'before') return { instead: broken('cut') };
  if (silent) return { instead: broken('silent') };
  if (status !== undefined || body !== undefined) {
    const answer = { ...refusal(status ?? 200, 'Simulated Fault'), headers };
    return { instead: body === undefined ? answer : { ...answer, body } };
  }
  if (change !== undefined) return { change };
  if (cut === 'after') return { change: (answer) => ({ ...answer, breakage: 'cut' }) };
  if (half) return { change: (answer) => ({ ...answer, breakage: 'half' }) };
  return { change: (answer) => ({ ...answer, delay: delay ?? 0 }) };
}

function broken(breakage: Breakage): ApiAnswer {
  return { status: 200, breakage };
}
