// Every command under faults, at each of its requests in turn (packages/tenant has this for every fault) and at all of them: it ends with an exit code of its own and a fix,
// tenant and files are as before or as after, no secret is printed, and a second run completes it.
import type { Fault, ManagementApiOptions } from '@claimgen/simulator/management-api/index';
import { PLANS } from '@claimgen/simulator/management-api/index';
import { describe, expect, it, vi } from 'vitest';
import { addOthers } from '../../../tenant/test/actions.ts';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { HUB_SECRET, logStream, STREAM_SECRET, startHub } from './hub.ts';
import { filesIn, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** CI tries one of so many requests, beginning with any of them; by default every one is tried. */
const step = Number(process.env['CLAIMGEN_FAULT_STEP'] ?? 1);

interface Scenario {
  /** Commands before, without faults. */
  readonly before: readonly string[];
  /** In it, `HUB` is the URL of a hub. */
  readonly command: string;
  /** What is changed of the tenant, or the files, after the commands before. */
  readonly change?: (world: World) => Promise<void>;
  /** Whether a second run does nothing more: a rollback goes back to where the first came from. */
  readonly once?: true;
}

async function loseRole(world: World): Promise<void> {
  const role = world.api.tenant.roles.get('rol_0');
  if (role === undefined) throw new Error('there is no such role');
  world.api.tenant.roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
}

async function rebuilt(world: World): Promise<void> {
  await loseRole(world);
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  pull: { before: ['pull'], change: loseRole, command: 'pull' },
  'pull into a folder': { before: ['pull --out tenant'], change: loseRole, command: 'pull --out tenant' },
  'pull --check': { before: ['pull'], command: 'pull --check' },
  'pull --users': { before: [], command: 'pull --users users.ndjson' },
  'deploy of a new Action': { before: ['pull', 'build'], command: 'deploy --yes' },
  'deploy of new code': {
    before: ['pull', 'build', 'deploy --yes'],
    change: rebuilt,
    command: 'deploy --yes',
  },
  'deploy --rollback': {
    before: ['pull', 'build', 'deploy --yes'],
    change: async (world) => {
      await rebuilt(world);
      expect(await world.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
    },
    command: 'deploy --rollback --yes',
    once: true,
  },
  doctor: { before: ['pull', 'build', 'deploy --yes'], command: 'doctor' },
  'doctor --freshness': {
    before: ['pull', 'build', 'deploy --yes'],
    command: 'doctor --freshness --hub HUB',
  },
  init: {
    before: [],
    change: async ({ project }) => project.remove('claimgen.config.yaml'),
    command: 'init --yes',
  },
  revoke: { before: [], command: 'revoke auth0|1 --yes' },
};

/** One that passes, and whether it must be got over without a second run. */
const FAULTS: readonly (readonly [string, Fault, boolean])[] = [
  ['500', { status: 500 }, false],
  ['a cut connection after the tenant has done it', { cut: 'after' }, true],
  ['a token that expires', { expire: true }, true],
];

async function prepared(
  { before, change, command }: Scenario,
  options: ManagementApiOptions = {},
): Promise<World> {
  const world = await startWorld({ buildTime: 1_000, deployTime: 1_000, speed: 2_000, ...options });
  addOthers(world, ['enrich']);
  world.api.tenant.users.set('auth0|1', {
    permissions: [],
    roles: ['Role 0'],
    sessions: ['s1'],
    refreshTokens: ['r1'],
  });
  for (const earlier of before) expect(await world.claimgen(earlier)).toMatchObject({ exitCode: 0 });
  await change?.(world);
  world.requests.length = 0;
  return command.includes('HUB') ? withHub(world) : world;
}

/** The same with a hub that the tenant's log goes to. */
async function withHub(world: World): Promise<World> {
  const { hub } = await startHub(world);
  world.api.tenant.logStreams.set('1', logStream(`${hub}/auth0/logs`));
  return {
    ...world,
    claimgen: (args, more = {}) =>
      world.claimgen(String(args).replace('HUB', hub), { ...more, env: { CHANGES_SECRET: HUB_SECRET } }),
  };
}

/** What logins run, what is bound in which order, and what the user has. */
function tenantOf({ api }: World): string {
  const { actions, bindings, users } = api.tenant;
  const deployed = [...actions.values()].map(({ name, versions }) => [name, versions.at(-1)?.code]);
  return JSON.stringify([
    deployed,
    bindings.get('post-login')?.map(({ display_name }) => display_name),
    ...users,
  ]);
}

/** A catalog of before, or of after; never a part of one, and nothing left over but the journal. */
function filesOf({ project }: World): string {
  const files = [...project.snapshot()].filter(([path]) => !path.endsWith('.journal'));
  return JSON.stringify(files);
}

interface Seen {
  readonly out: string;
  readonly error: string;
  readonly exitCode: number | string;
}

function assertClean({ exitCode, out, error }: Seen, world: World, when = ''): void {
  expect([0, 1, 2, 3], `${when}\n${error}`).toContain(exitCode);
  if (exitCode !== 0) expect(error).toMatch(/^ {2}\S/m);
  for (const text of [out, error, ...filesIn(world.project.path).values()]) {
    for (const secret of [SECRET, HUB_SECRET, STREAM_SECRET, '.simulated'])
      expect(text.includes(secret), secret).toBe(false);
  }
}

describe.each(Object.entries(SCENARIOS))('claimgen %s', (_, scenario) => {
  /** As it is before, and as it is after a run without faults. */
  async function endsOf(): Promise<readonly [string[], string[]]> {
    const world = await prepared(scenario);
    const before = [tenantOf(world), filesOf(world)];
    expect(await world.claimgen(scenario.command)).toMatchObject({ exitCode: 0 });
    return [before, [tenantOf(world), filesOf(world)]].map((state) =>
      state.map((text) =>
        text.replaceAll(world.served.domain, 'tenant').replaceAll(world.project.path, 'folder'),
      ),
    ) as [string[], string[]];
  }
  const stateOf = (world: World): string[] =>
    [tenantOf(world), filesOf(world)].map((text) =>
      text.replaceAll(world.served.domain, 'tenant').replaceAll(world.project.path, 'folder'),
    );

  it.each(FAULTS)('with %s at any one request', async (_name, fault, mustOvercome) => {
    const [before, after] = await endsOf();
    for (let at = Math.floor(Math.random() * step); ; at += step) {
      const world = await prepared(scenario);
      world.api.fail([{ ...fault, after: at, on: '* /api/v2' }]);
      const first = await world.claimgen(scenario.command);
      assertClean(first, world, `the fault at request ${at}`);
      const reached = world.api.faultsLeft === 0;
      world.api.fail([]);
      const [tenant, files] = stateOf(world);
      // A user who has lost part of it is on the way; everything else is as before or as after.
      if (!scenario.command.startsWith('revoke'))
        expect(partial(tenant ?? '', before[0], after[0])).toBe(true);
      expect([before[1], after[1]], `the fault at request ${at}`).toContain(files);
      if (mustOvercome) expect(first, `the fault at request ${at}`).toMatchObject({ exitCode: 0 });
      if (first.exitCode === 0) expect(stateOf(world)).toEqual(after);
      else if (!(scenario.once === true && stateOf(world)[0] === after[0])) {
        expect(await world.claimgen(scenario.command)).toMatchObject({ exitCode: 0 });
        expect(stateOf(world)).toEqual(after);
      }
      if (!reached) break;
    }
  });

  /** New code that is deployed and not bound yet is what the next run goes on from: no login runs it. */
  function partial(tenant: string, before = '', after = ''): boolean {
    if ([before, after].includes(tenant)) return true;
    const [, bound] = JSON.parse(tenant) as [unknown, unknown];
    const [, boundBefore] = JSON.parse(before) as [unknown, unknown];
    return (
      scenario.command.startsWith('deploy --yes') && JSON.stringify(bound) === JSON.stringify(boundBefore)
    );
  }

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['403', { status: 403 }],
    ['401', { status: 401 }],
    ['a cut connection', { cut: 'before' }],
    ['a page of HTML', { body: '<html></html>' }],
    ['JSON of another form', { body: { ok: false } }],
    ['a JSON array', { body: [1, 2, 3] }],
  ] as const)('with %s at every request', async (_name, fault) => {
    const world = await prepared(scenario);
    const before = stateOf(world);
    world.api.fail([{ ...fault, times: Number.POSITIVE_INFINITY, on: '* /api/v2' }]);
    const ended = await world.claimgen(scenario.command);
    assertClean(ended, world);
    expect([1, 2, 3]).toContain(ended.exitCode);
    expect(stateOf(world)).toEqual(before);
    const json = await world.claimgen(`${scenario.command} --json`);
    expect(JSON.parse(json.out).problems[0]).toMatchObject({
      code: expect.any(String),
      fix: expect.any(String),
    });
  });

  it('in a tenant that answers nothing, within --timeout', async () => {
    const world = await prepared(scenario);
    const before = stateOf(world);
    world.api.fail([{ silent: true, times: Number.POSITIVE_INFINITY, on: '* /api/v2' }]);
    const ended = await world.claimgen(`${scenario.command} --timeout 200`, { attemptTimeout: 100 });
    assertClean(ended, world);
    expect(ended.exitCode).toBe(3);
    expect(stateOf(world)).toEqual(before);
  });

  it.each([
    ['2 requests a second', { rate: PLANS.free }],
    ['pages of 50', { pageCap: 50 }],
    ['a slow build', { buildTime: 60_000, deployTime: 30_000 }],
    ['bindings that come late', { bindingLag: 5_000 }],
  ] as const)('with %s', async (_name, options) => {
    const [, after] = await endsOf();
    const world = await prepared(scenario, options);
    expect(await world.claimgen(scenario.command)).toMatchObject({ exitCode: 0 });
    expect(stateOf(world)).toEqual(after);
  });
});

describe('a list that moves', () => {
  it('is read again, and is an error where it never holds still', async () => {
    let moves = 2;
    const world = await startWorld({
      pageCap: 2,
      moveList: (name, list) => {
        if (name !== 'roles' || moves <= 0) return list;
        moves--;
        return { length: list.length + 1, at: list.at };
      },
    });
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(Object.keys(JSON.parse(world.project.read('catalog.json')).roles)).toHaveLength(3);
    moves = Number.POSITIVE_INFINITY;
    const before = world.project.read('catalog.json');
    const ended = await world.claimgen('pull');
    expect(ended).toMatchObject({ exitCode: 3 });
    expect(world.project.read('catalog.json')).toBe(before);
  });
});
