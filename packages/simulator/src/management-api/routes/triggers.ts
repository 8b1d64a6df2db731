// /actions/triggers: which there are, and what runs in them, in which order.
import { entityLimits } from '#auth0/limits';
import { type ApiAnswer, invalid } from '../answer.ts';
import { actionsPage, listOf } from '../paging.ts';
import type { Route, RouteContext } from '../route.ts';
import { deployedVersion, type StoredAction, type StoredBinding } from '../tenant.ts';
import { viewAction } from './actions.ts';

const MAX_BINDINGS = entityLimits.actionsPerTrigger;

/** As recorded in August 2026, the current versions. */
const TRIGGERS = ['post-login', 'credentials-exchange'].map((id) => ({
  id,
  version: id === 'post-login' ? 'v3' : 'v2',
  status: 'CURRENT',
  runtimes: ['node18-actions', 'node22'],
  default_runtime: 'node22',
  binding_policy: 'trigger-bound',
  compatible_triggers: id === 'post-login' ? [{ id: 'post-login', version: 'v2' }] : [],
}));

export const TRIGGER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/actions/triggers',
    scopes: ['read:actions'],
    run: () => ({ status: 200, body: { triggers: TRIGGERS } }),
  },
  { method: 'GET', path: '/actions/triggers/{trigger}/bindings', scopes: ['read:actions'], run: list },
  { method: 'PATCH', path: '/actions/triggers/{trigger}/bindings', scopes: ['update:actions'], run: replace },
];

function list(context: RouteContext): ApiAnswer {
  const { tenant, params, query, behaviour } = context;
  const bindings = tenant.bindings.get(params[0] ?? '') ?? [];
  return actionsPage(
    listOf(bindings, (binding) => view(binding, context)),
    'bindings',
    { query, cap: behaviour.pageCap },
  );
}

function view(
  { id, display_name, actionId, createdAt }: StoredBinding,
  { tenant, params, now }: RouteContext,
): object {
  const action = tenant.actions.get(actionId);
  const at = new Date(createdAt).toISOString();
  return {
    id,
    trigger_id: params[0],
    display_name,
    ...(action === undefined ? {} : { action: viewAction(action, now) }),
    created_at: at,
    updated_at: at,
  };
}

interface BindingItem {
  readonly ref?: { readonly type?: string; readonly value?: string };
  readonly display_name?: string;
}

/** The list replaces the one before; it may name only Actions that are deployed. */
function replace(context: RouteContext): ApiAnswer {
  const { tenant, params, body } = context;
  const trigger = params[0] ?? '';
  const items = body['bindings'] as readonly BindingItem[] | undefined;
  if (!Array.isArray(items)) return invalid("Missing required property: 'bindings'.");
  if (items.length > MAX_BINDINGS) return invalid(`A trigger can have ${MAX_BINDINGS} bindings at most.`);
  const before = tenant.bindings.get(trigger) ?? [];
  const bound: StoredBinding[] = [];
  for (const item of items as readonly BindingItem[]) {
    const binding = resolve(item, before, trigger, context);
    if (typeof binding === 'string') return invalid(binding);
    bound.push(binding);
  }
  tenant.bindings.set(trigger, bound);
  return { status: 200, body: { bindings: bound.map((binding) => view(binding, context)) } };
}

function resolve(
  { ref, display_name }: BindingItem,
  before: readonly StoredBinding[],
  trigger: string,
  { tenant, now, behaviour }: RouteContext,
): StoredBinding | string {
  if (ref?.type === 'binding_id') {
    const known = before.find(({ id }) => id === ref.value);
    return known === undefined
      ? `There is no binding ${ref.value}.`
      : { ...known, display_name: display_name ?? known.display_name };
  }
  const actions = [...tenant.actions.values()];
  const action = actions.find(({ id, name }) => (ref?.type === 'action_id' ? id : name) === ref?.value);
  if (action === undefined) return `There is no action ${ref?.value}.`;
  if (!action.supported_triggers.some(({ id }) => id === trigger))
    return `The action does not support the trigger ${trigger}.`;
  if (!canBeBound(action, now, behaviour.bindingLag))
    return 'An action must be deployed before it can be bound.';
  const known = before.find(({ actionId }) => actionId === action.id);
  return {
    id: known?.id ?? tenant.newId('bin'),
    display_name: display_name ?? action.name,
    actionId: action.id,
    createdAt: known?.createdAt ?? now,
  };
}

function canBeBound(action: StoredAction, now: number, lag: number): boolean {
  if (deployedVersion(action, now) === undefined) return false;
  const [first] = action.versions;
  return first !== undefined && first.deployedAt + lag <= now;
}
