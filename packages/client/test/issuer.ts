// An API, an issuer and the tokens between them, by a clock that tests move: what a page's fetch meets.

export interface World {
  /** The token that pages have; shared by all of them. */
  token: string;
  refreshes: number[];
  /** What each call of the API was sent, in order. */
  readonly sent: string[];
  /** Records: a token that is issued before `until` is stale. Times are ms of the fake clock. */
  records: { at: number; until: number }[];
  /** How long the next answer takes, each way, in ms. */
  latency: () => number;
  /** What the issuer does in place of giving a new token. */
  issuer: 'new' | 'same' | 'fails' | 'login_required';
  readonly getToken: () => Promise<string>;
  readonly refreshToken: () => Promise<string>;
  readonly fetch: typeof fetch;
}

const now = () => performance.now();
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Tokens are `<number> <time of issue>`. */
export function createWorld(): World {
  let issued = 0;
  const issue = () => {
    issued += 1;
    return `${issued} ${now()}`;
  };
  const world: World = {
    token: issue(),
    refreshes: [],
    sent: [],
    records: [],
    latency: () => 0,
    issuer: 'new',
    getToken: async () => world.token,
    async refreshToken() {
      world.refreshes.push(now());
      await wait(world.latency());
      if (world.issuer === 'fails') throw new Error('the network is down');
      if (world.issuer === 'login_required')
        throw Object.assign(new Error('Login required'), { error: 'login_required' });
      const token = world.issuer === 'same' ? world.token : issue();
      await wait(world.latency());
      world.token = token;
      return token;
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
      world.sent.push(`${request.method} ${token} ${await request.text()}`);
      await wait(world.latency());
      const time = Number(token.split(' ')[1]);
      const known = world.records.filter(({ at, until }) => at <= now() && time < until);
      const until = Math.max(...known.map((record) => record.until));
      const answer =
        known.length === 0 ? Response.json({}) : stale(Math.max(0, Math.ceil((until - now()) / 1000)));
      await wait(world.latency());
      return answer;
    },
  };
  return world;
}

export function stale(retryAfter: number): Response {
  return Response.json(
    { error: 'unauthorized', reason: 'stale' },
    { status: 401, headers: { 'retry-after': String(retryAfter) } },
  );
}
