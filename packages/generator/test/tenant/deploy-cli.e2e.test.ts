// `claimgen deploy` and auth0-deploy-cli 8.44 leave a tenant in the same state, and after either there is nothing left to do for the other.
import { expect, it, vi } from 'vitest';
import { addOthers } from '../../../tenant/test/actions.ts';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { documentedCommands, shell } from '../deploy/commands.ts';
import { startWorld, type World } from './world.ts';

// npx may have to fetch auth0-deploy-cli first.
vi.setConfig({ testTimeout: 600_000 });

async function builtWorld(): Promise<World> {
  const world = await startWorld({ speed: 1 });
  addOthers(world, ['enrich']);
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  return world;
}

function importBuilt(world: World): Promise<string> {
  return shell(documentedCommands('the Action alone'), world.project.path, {
    NODE_EXTRA_CA_CERTS: world.certificate.file,
    AUTH0_DOMAIN: world.served.domain,
    AUTH0_CLIENT_ID: 'the-client',
    AUTH0_CLIENT_SECRET: SECRET,
  });
}

/** What a tenant has of Actions, without ids and times. */
function stateOf({ api }: World): unknown {
  const actions = [...api.tenant.actions.values()].map(
    ({ name, code, runtime, dependencies, secrets, supported_triggers, versions }) => ({
      name,
      code,
      runtime,
      dependencies,
      secrets,
      supported_triggers,
      deployed: versions.at(-1)?.code,
    }),
  );
  const bound = (api.tenant.bindings.get('post-login') ?? []).map(({ display_name }) => display_name);
  return { actions, bound };
}

it('claimgen deploy and auth0-deploy-cli do the same', async () => {
  const [ours, theirs] = [await builtWorld(), await builtWorld()];
  expect(await ours.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
  await importBuilt(theirs);
  // It binds nothing: that is all that is left.
  const planned = await theirs.claimgen('deploy --dry-run --json');
  expect(JSON.parse(planned.out).plans).toMatchObject([{ steps: ['bind'], losses: [] }]);
  expect(await theirs.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
  expect(stateOf(theirs)).toEqual(stateOf(ours));
  // And the other way round.
  await importBuilt(ours);
  expect(stateOf(ours)).toEqual(stateOf(theirs));
  expect((await ours.claimgen('deploy')).out).toContain('no changes');
});
