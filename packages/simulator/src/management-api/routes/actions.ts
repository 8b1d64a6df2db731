// /actions/actions: drafts, their builds, versions and deployments.
import { type ApiAnswer, invalid, NOT_FOUND, refusal } from '../answer.ts';
import { actionsPage, listOf } from '../paging.ts';
import type { Route, RouteContext } from '../route.ts';
import {
  buildStatus,
  deployedVersion,
  type StoredAction,
  type StoredSecret,
  type StoredVersion,
} from '../tenant.ts';

const READ = ['read:actions'];
const CREATE = ['create:actions'];
const UPDATE = ['update:actions'];

/** What the API takes in an Action's body; anything else is refused, as there. */
const KEYS = ['name', 'supported_triggers', 'code', 'dependencies', 'runtime', 'secrets', 'modules'];
const DEFAULT_CODE = 'module.exports = () => {}';

export const ACTION_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/actions/actions', scopes: READ, run: list },
  { method: 'POST', path: '/actions/actions', scopes: CREATE, run: create },
  {
    method: 'GET',
    path: '/actions/actions/{id}',
    scopes: READ,
    run: onAction((action, { now }) => ok(viewAction(action, now))),
  },
  { method: 'PATCH', path: '/actions/actions/{id}', scopes: UPDATE, run: onAction(update) },
  { method: 'DELETE', path: '/actions/actions/{id}', scopes: ['delete:actions'], run: onAction(remove) },
  { method: 'POST', path: '/actions/actions/{id}/deploy', scopes: CREATE, run: onAction(deploy) },
  { method: 'GET', path: '/actions/actions/{id}/versions', scopes: READ, run: onAction(listVersions) },
  {
    method: 'GET',
    path: '/actions/actions/{id}/versions/{version}',
    scopes: READ,
    run: onAction(getVersion),
  },
  {
    method: 'POST',
    path: '/actions/actions/{id}/versions/{version}/deploy',
    scopes: CREATE,
    run: onAction(redeploy),
  },
  { method: 'GET', path: '/actions/modules', scopes: READ, run: listModules },
];

/** There are none. Unlike Actions, zeros are in the answer. */
function listModules({ query }: RouteContext): ApiAnswer {
  return ok({ modules: [], total: 0, page: 0, per_page: Number(query.get('per_page') ?? 50) });
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function onAction(run: (action: StoredAction, context: RouteContext) => ApiAnswer): Route['run'] {
  return (context) => {
    const action = context.tenant.actions.get(context.params[0] ?? '');
    return action === undefined ? NOT_FOUND : run(action, context);
  };
}

function list({ tenant, query, now, behaviour }: RouteContext): ApiAnswer {
  const name = query.get('actionName');
  const trigger = query.get('triggerId');
  const found = [...tenant.actions.values()].filter(
    (action) =>
      (name === null || action.name === name) &&
      (trigger === null || action.supported_triggers.some(({ id }) => id === trigger)),
  );
  return actionsPage(
    listOf(found, (action) => viewAction(action, now)),
    'actions',
    { query, cap: behaviour.pageCap },
  );
}

function bodyProblem(body: RouteContext['body'], keys: readonly string[]): string | undefined {
  const unknown = Object.keys(body).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    return `Payload validation error: 'Additional properties not allowed: ${unknown}'.`;
  if ('name' in body && (typeof body['name'] !== 'string' || body['name'] === ''))
    return "Invalid property 'name'.";
  const triggers: unknown = body['supported_triggers'];
  if (triggers !== undefined && (!Array.isArray(triggers) || triggers.length !== 1)) {
    return 'An action must have exactly one supported trigger.';
  }
  return undefined;
}

function create({ tenant, body, now, behaviour }: RouteContext): ApiAnswer {
  const problem = bodyProblem(body, [...KEYS, 'deploy']);
  if (problem !== undefined) return invalid(problem);
  if (!('name' in body) || !('supported_triggers' in body))
    return invalid("Missing required property: 'name' or 'supported_triggers'.");
  if ([...tenant.actions.values()].some(({ name }) => name === body['name'])) {
    return refusal(409, 'Conflict', 'An action with this name already exists.');
  }
  const base = {
    id: tenant.newId('act'),
    createdAt: now,
    versions: [],
    code: DEFAULT_CODE,
    runtime: 'node22',
    dependencies: [],
  };
  const action = draft(
    {
      ...base,
      name: '',
      secrets: [],
      supported_triggers: [],
      updatedAt: now,
      builtAt: now,
      buildFails: false,
    },
    body,
    now,
    behaviour,
  );
  tenant.actions.set(action.id, action);
  return { status: 201, body: viewAction(action, now) };
}

function update(action: StoredAction, { tenant, body, now, behaviour }: RouteContext): ApiAnswer {
  const problem = bodyProblem(body, KEYS);
  if (problem !== undefined) return invalid(problem);
  const changed = draft(action, body, now, behaviour);
  tenant.actions.set(action.id, changed);
  return ok(viewAction(changed, now));
}

function draft(
  action: StoredAction,
  body: RouteContext['body'],
  now: number,
  { builds, buildTime }: RouteContext['behaviour'],
): StoredAction {
  const fields = body as Partial<StoredAction> & { readonly secrets?: readonly Partial<StoredSecret>[] };
  const { secrets, deploy: _, ...rest } = fields as typeof fields & { readonly deploy?: boolean };
  const changed = { ...action, ...rest, updatedAt: now, builtAt: now + buildTime };
  // A secret without a value keeps the one it has.
  const kept = secrets?.map(({ name = '', value }) => ({
    name,
    value: value ?? action.secrets.find((secret) => secret.name === name)?.value ?? '',
  }));
  return { ...changed, secrets: kept ?? action.secrets, buildFails: !builds(changed.code) };
}

function remove(action: StoredAction, { tenant, query }: RouteContext): ApiAnswer {
  const bound = [...tenant.bindings.values()].flat().some(({ actionId }) => actionId === action.id);
  if (bound && query.get('force') !== 'true') {
    return refusal(409, 'Conflict', 'Cannot delete an action that is bound to a trigger.');
  }
  for (const [trigger, bindings] of tenant.bindings) {
    tenant.bindings.set(
      trigger,
      bindings.filter(({ actionId }) => actionId !== action.id),
    );
  }
  tenant.actions.delete(action.id);
  return { status: 204 };
}

function deploy(action: StoredAction, context: RouteContext): ApiAnswer {
  if (buildStatus(action, context.now) !== 'built') {
    return invalid("A draft must be in the 'built' state before it can be deployed.");
  }
  const { code, runtime, dependencies } = action;
  return addVersion(
    action,
    { code, runtime, dependencies, secretNames: action.secrets.map(({ name }) => name) },
    context,
    {},
  );
}

/** The equivalent of a rollback: a new version, identical with an earlier one. */
function redeploy(action: StoredAction, context: RouteContext): ApiAnswer {
  const version = action.versions.find(({ id }) => id === context.params[1]);
  if (version === undefined) return NOT_FOUND;
  const { code, runtime, dependencies } = version;
  const updateDraft = context.body['update_draft'] === true ? { code, runtime, dependencies } : {};
  return addVersion(action, version, context, updateDraft);
}

function addVersion(
  action: StoredAction,
  content: Pick<StoredVersion, 'code' | 'runtime' | 'dependencies' | 'secretNames'>,
  { tenant, now, behaviour }: RouteContext,
  changedDraft: Partial<StoredAction>,
): ApiAnswer {
  const { code, runtime, dependencies, secretNames } = content;
  const number = (action.versions.at(-1)?.number ?? 0) + 1;
  const version: StoredVersion = {
    id: tenant.newId('ver'),
    number,
    code,
    runtime,
    dependencies,
    secretNames,
    createdAt: now,
    deployedAt: now + behaviour.deployTime,
  };
  const changed: StoredAction = { ...action, ...changedDraft, versions: [...action.versions, version] };
  tenant.actions.set(action.id, changed);
  // The recordings answer 200 where Auth0's document says 202, and `deployed` is false in them until it is.
  return ok({ ...viewVersion(changed, version, now), action: viewBase(changed, now) });
}

function listVersions(action: StoredAction, { query, now, behaviour }: RouteContext): ApiAnswer {
  const versions = [...action.versions].reverse();
  return actionsPage(
    listOf(versions, (version) => viewVersion(action, version, now)),
    'versions',
    { query, cap: behaviour.pageCap },
  );
}

function getVersion(action: StoredAction, { params, now }: RouteContext): ApiAnswer {
  const version = action.versions.find(({ id }) => id === params[1]);
  return version === undefined ? NOT_FOUND : ok(viewVersion(action, version, now));
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function viewBase(action: StoredAction, now: number): object {
  const deployed = deployedVersion(action, now);
  const { id, name, supported_triggers } = action;
  const isLast = deployed !== undefined && deployed === action.versions.at(-1);
  return {
    id,
    name,
    supported_triggers,
    created_at: time(action.createdAt),
    updated_at: time(action.updatedAt),
    all_changes_deployed: isLast && deployed.code === action.code && deployed.runtime === action.runtime,
  };
}

function viewVersion(action: StoredAction, version: StoredVersion, now: number): object {
  const { id, number, code, runtime, dependencies, secretNames, createdAt } = version;
  const deployed = deployedVersion(action, now)?.id === id;
  return {
    id,
    number,
    code,
    runtime,
    dependencies,
    secrets: secretNames.map((name) => ({ name, updated_at: time(createdAt) })),
    deployed,
    status: 'built',
    ...(deployed ? { built_at: time(version.deployedAt) } : {}),
    created_at: time(createdAt),
    updated_at: time(createdAt),
    supported_triggers: action.supported_triggers,
  };
}

/** An Action as the API shows it: never a secret's value. */
export function viewAction(action: StoredAction, now: number): object {
  const deployed = deployedVersion(action, now);
  return {
    ...viewBase(action, now),
    code: action.code,
    dependencies: action.dependencies,
    runtime: action.runtime,
    secrets: action.secrets.map(({ name }) => ({ name, updated_at: time(action.updatedAt) })),
    status: buildStatus(action, now),
    ...(deployed === undefined ? {} : { deployed_version: viewVersion(action, deployed, now) }),
  };
}
