// Actions to deploy, and those of others that must stay.
import type { StoredAction } from '@claimgen/simulator/management-api/index';
import { type ApplyOptions, applyPlan, type DeployResult } from '../src/deploy/apply.ts';
import type { DesiredAction } from '../src/deploy/desired-action.ts';
import { planDeploy } from '../src/deploy/plan.ts';
import type { OpenTenant } from '../src/tenant.ts';
import type { StandIn } from './stand-in.ts';

export const isOurs = (code: string): boolean => code.includes('claimgen');

export function desired(version: number, more: Partial<DesiredAction> = {}): DesiredAction {
  return {
    name: 'acme-permissions',
    code: `// claimgen, build ${version}\nexports.onExecutePostLogin = async () => {};\n`,
    runtime: 'node22',
    trigger: { id: 'post-login', version: 'v3' },
    dependencies: [],
    secrets: [],
    ...more,
  };
}

/** Adds Actions as somebody else made them, deployed and bound. */
export function addOthers({ api }: Pick<StandIn, 'api'>, names: readonly string[]): void {
  const bound = names.map((name) => {
    const action: StoredAction = {
      id: `act_${name}`,
      name,
      code: `// ${name}`,
      runtime: 'node22',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      dependencies: [],
      secrets: [],
      createdAt: 0,
      updatedAt: 0,
      builtAt: 0,
      buildFails: false,
      versions: [
        {
          id: `ver_${name}`,
          number: 1,
          code: `// ${name}`,
          runtime: 'node22',
          dependencies: [],
          secretNames: [],
          createdAt: 0,
          deployedAt: 0,
        },
      ],
    };
    api.tenant.actions.set(action.id, action);
    return { id: `bin_${name}`, display_name: `The ${name}`, actionId: action.id, createdAt: 0 };
  });
  api.tenant.bindings.set('post-login', bound);
}

export async function deploy(
  tenant: OpenTenant,
  action: DesiredAction,
  options: ApplyOptions = {},
): Promise<DeployResult> {
  return applyPlan(tenant, await planDeploy(tenant, action, { isOurs }), options);
}

export function ours({ api }: Pick<StandIn, 'api'>): StoredAction | undefined {
  return [...api.tenant.actions.values()].find(({ name }) => name === 'acme-permissions');
}
