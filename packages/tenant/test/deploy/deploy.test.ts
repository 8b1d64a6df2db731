import { PLANS, type StoredAction } from '@claimgen/simulator/management-api/index';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../src/deploy/apply.ts';
import { codeHash } from '../../src/deploy/desired-action.ts';
import { formatPlan } from '../../src/deploy/format-plan.ts';
import { planDeploy } from '../../src/deploy/plan.ts';
import { planRollback, rollback } from '../../src/deploy/rollback.ts';
import { addOthers, deploy, desired, isOurs, ours } from '../actions.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';

const boundNames = ({ api }: StandIn): string[] =>
  (api.tenant.bindings.get('post-login') ?? []).map(({ display_name }) => display_name);

const writes = ({ requests }: StandIn): string[] =>
  requests.filter((request) => !/^(GET|POST \/oauth)/u.test(request));

describe('deploy', () => {
  it('creates, builds, deploys and binds an Action after those of others', async () => {
    const standIn = await startStandIn({ buildTime: 4_000, deployTime: 2_000, bindingLag: 3_000 });
    addOthers(standIn, ['enrich', 'audit']);
    const action = desired(1, { secrets: [{ name: 'KEY', value: 'secret-value' }] });
    const result = await deploy(await standIn.open(), action);
    expect(result).toMatchObject({
      version: 1,
      codeHash: codeHash(action.code),
      bound: ['The enrich', 'The audit', 'acme-permissions'],
    });
    expect(result.done).toEqual(['create', 'deploy', 'bind']);
    expect(ours(standIn)?.secrets).toEqual([{ name: 'KEY', value: 'secret-value' }]);
    expect(
      standIn.api.tenant.bindings
        .get('post-login')
        ?.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['bin_enrich', 'bin_audit']);
  });

  it('sends nothing but GETs where the tenant is as it shall be', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    const before = writes(standIn).length;
    const plan = await planDeploy(tenant, desired(1), { isOurs });
    expect(formatPlan(plan)).toEqual(['acme-permissions (post-login): no changes.']);
    expect((await applyPlan(tenant, plan)).done).toEqual([]);
    expect(writes(standIn)).toHaveLength(before);
  });

  it('plans by GETs alone and shows the difference of what logins run', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    const before = writes(standIn).length;
    const plan = await planDeploy(tenant, desired(2), { isOurs });
    expect(formatPlan(plan)).toEqual([
      'acme-permissions (post-login):',
      '  1. update its draft',
      '  2. build and deploy it: logins run it from then on',
      '  @@ line 1 -> 1 @@',
      '  -// claimgen, build 1',
      '  +// claimgen, build 2',
      '   exports.onExecutePostLogin = async () => {};',
    ]);
    expect(writes(standIn)).toHaveLength(before);
    await expect(tenant.reader.roles.create({ name: 'x' })).rejects.toThrow(
      /a plan tried to send a POST request/u,
    );
  });

  it('leaves secrets alone where only the code is new, and sends them where their names are', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    await deploy(tenant, desired(1, { secrets: [{ name: 'KEY', value: 'one' }] }));
    await deploy(tenant, desired(2, { secrets: [{ name: 'KEY', value: undefined }] }));
    expect(ours(standIn)?.secrets).toEqual([{ name: 'KEY', value: 'one' }]);
    const two = [
      { name: 'KEY', value: undefined },
      { name: 'OTHER', value: 'b' },
    ];
    await expect(planDeploy(tenant, desired(2, { secrets: two }), { isOurs })).rejects.toMatchObject({
      code: 'option_invalid',
      message: 'the Action needs the secret KEY, which the environment does not have',
    });
    await deploy(tenant, desired(2, { secrets: [{ name: 'KEY', value: 'two' }], updateSecrets: true }));
    expect(ours(standIn)?.secrets).toEqual([{ name: 'KEY', value: 'two' }]);
  });

  it("refuses to lose somebody else's work without being told to", async () => {
    const standIn = await startStandIn();
    addOthers(standIn, ['acme-permissions']);
    const tenant = await standIn.open();
    await expect(deploy(tenant, desired(1))).rejects.toMatchObject({
      code: 'refused',
      exitCode: 1,
      message: expect.stringMatching(/not written by claimgen/u),
    });
    expect(writes(standIn)).toEqual([]);
    await deploy(tenant, desired(1), { allowDestructive: true });
    expect(ours(standIn)?.code).toBe(desired(1).code);
  });

  it('refuses to overwrite a draft that somebody changed and did not deploy', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    const action = ours(standIn) as StoredAction;
    standIn.api.tenant.actions.set(action.id, { ...action, code: '// claimgen, changed by hand' });
    await expect(deploy(tenant, desired(2))).rejects.toMatchObject({
      message: expect.stringMatching(/somebody has changed and not deployed/u),
    });
    // What logins run is as it shall be: the draft is theirs.
    expect((await deploy(tenant, desired(1))).done).toEqual([]);
  });

  it('refuses where the tenant has changed since the plan was made', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    const plan = await planDeploy(tenant, desired(1), { isOurs });
    addOthers(standIn, ['enrich']);
    await expect(applyPlan(tenant, plan)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(writes(standIn)).toEqual([]);
  });

  it('keeps what somebody else binds while it deploys', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    const plan = await planDeploy(tenant, desired(1), { isOurs });
    const onStep = (step: string): void => {
      if (step === 'create') addOthers(standIn, ['enrich']);
    };
    expect(await applyPlan(tenant, plan, { onStep })).toMatchObject({
      bound: ['The enrich', 'acme-permissions'],
    });
  });

  it('says what a failing build says, and logins run what they ran', async () => {
    const standIn = await startStandIn({ builds: (code) => !code.includes('build 2') });
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    await expect(deploy(tenant, desired(2))).rejects.toMatchObject({ code: 'build_failed', exitCode: 1 });
    expect(ours(standIn)?.versions.at(-1)?.code).toBe(desired(1).code);
  });

  it('refuses an Action of another trigger', async () => {
    const standIn = await startStandIn();
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    const other = desired(1, { trigger: { id: 'credentials-exchange', version: 'v2' } });
    await expect(planDeploy(tenant, other, { isOurs })).rejects.toMatchObject({ code: 'refused' });
  });
});

it('a deploy that is refused tells nothing of a secret, however long it is', async () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(20)}`;
  const standIn = await startStandIn({
    faults: [{ on: 'POST /api/v2/actions', status: 400, body: { message: `"${key}" is too long` } }],
  });
  const failing = deploy(await standIn.open(), desired(1, { secrets: [{ name: 'KEY', value: key }] }));
  await expect(failing).rejects.toMatchObject({
    message: 'creating the Action "acme-permissions": the tenant answered 400, and quotes a secret',
    fix: 'Correct the values of the secrets that were sent.',
  });
});

describe('rollback', () => {
  it('brings back the version before, and a second one what the first took away', async () => {
    const standIn = await startStandIn({ deployTime: 2_000 });
    const tenant = await standIn.open();
    for (const build of [1, 2]) await deploy(tenant, desired(build));
    await rollback(tenant, await planRollback(tenant, 'acme-permissions'));
    expect(ours(standIn)).toMatchObject({ code: desired(1).code });
    expect(ours(standIn)?.versions.map(({ code }) => code)).toEqual(
      [1, 2, 1].map((build) => desired(build).code),
    );
    const result = await rollback(tenant, await planRollback(tenant, 'acme-permissions'));
    expect(result).toMatchObject({ version: 4, codeHash: codeHash(desired(2).code) });
  });

  it('says where there is nothing to go back to', async () => {
    const tenant = await (await startStandIn()).open();
    await expect(planRollback(tenant, 'acme-permissions')).rejects.toMatchObject({ code: 'not_found' });
    await deploy(tenant, desired(1));
    await expect(planRollback(tenant, 'acme-permissions')).rejects.toMatchObject({ code: 'refused' });
  });
});

it('gets through storms of 429 at the two requests a second of the free plan', async () => {
  const standIn = await startStandIn({ rate: PLANS.free, buildTime: 2_000, speed: 500 });
  addOthers(standIn, ['enrich']);
  const tenant = await standIn.open();
  // Somebody else uses the same limit up, again and again.
  standIn.api.fail(
    Array.from({ length: 12 }, (_, storm) => ({ after: 2, times: (storm % 5) + 1, status: 429 })),
  );
  await deploy(tenant, desired(1));
  expect(boundNames(standIn)).toEqual(['The enrich', 'acme-permissions']);
});
