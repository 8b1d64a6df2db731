// What a tenant has of an Action: its draft, what logins run, and what is bound to its trigger. Read by GETs alone.
import { isDeepStrictEqual } from 'node:util';
import type { ManagementClient } from 'auth0';
import { TenantError } from '../errors.ts';
import { readOffsetList } from '../paging/offset-list.ts';
import { actionsPage } from '../pull/lists.ts';
import { call } from '../wire/call.ts';
import type { ActionDependency } from './desired-action.ts';

/** What runs, or would run when it is deployed. */
export interface ActionContent {
  readonly code: string;
  readonly runtime: string;
  readonly dependencies: readonly ActionDependency[];
  readonly secretNames: readonly string[];
}

export interface DeployedVersion extends ActionContent {
  readonly id: string;
  readonly number: number;
  /** Milliseconds since 1970; undefined where the tenant doesn't say. */
  readonly deployedAt: number | undefined;
}

export interface ActionState extends ActionContent {
  readonly id: string;
  readonly name: string;
  /** Of the draft: `built`, `failed`, or a state on the way there. */
  readonly status: string;
  /** Why the build failed, as far as the tenant says. */
  readonly errors: readonly string[];
  readonly triggers: readonly string[];
  readonly modules: readonly string[];
  readonly deployed: DeployedVersion | undefined;
}

export interface Binding {
  readonly id: string;
  readonly displayName: string;
  readonly actionId: string | undefined;
  readonly actionName: string | undefined;
  /** The code that logins run; undefined where the Action isn't deployed. */
  readonly deployedCode: string | undefined;
}

export interface TriggerState {
  readonly action: ActionState | undefined;
  /** In the order in which they run. */
  readonly bindings: readonly Binding[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an Action and the bindings of a trigger.
 * @param id the Action's, where it is known: lists may be behind what was just written
 */
export async function readTriggerState(
  client: ManagementClient,
  name: string,
  trigger: string,
  id?: string,
): Promise<TriggerState> {
  const action = id === undefined ? findAction(client, name) : getAction(client, id, name);
  const [found, bindings] = await Promise.all([action, readBindings(client, trigger)]);
  return { action: found, bindings };
}

/** Whether two readings are of the same tenant. How far a build is says nothing. */
export function sameState(a: TriggerState, b: TriggerState): boolean {
  const settled = ({ action, bindings }: TriggerState): object => ({
    action: action && { ...action, status: '', errors: [] },
    bindings,
  });
  return isDeepStrictEqual(settled(a), settled(b));
}

/** The Action of a name; undefined where there is none. */
export async function findAction(client: ManagementClient, name: string): Promise<ActionState | undefined> {
  const what = 'Actions';
  const found = await readOffsetList<ActionState>({
    what,
    key: ({ id }) => id,
    page: async (page, per_page) => {
      const { response } = await call(
        `reading the ${what}`,
        client.actions.list({ actionName: name, page, per_page }),
      );
      return actionsPage(what, response, 'actions', readAction);
    },
  });
  // Whether the filter takes names that only contain it is not documented.
  return found.find((action) => action.name === name);
}

/** An Action by its id. */
export async function getAction(client: ManagementClient, id: string, name: string): Promise<ActionState> {
  return readAction(Object(await call(`reading the Action ${JSON.stringify(name)}`, client.actions.get(id))));
}

export async function readBindings(client: ManagementClient, trigger: string): Promise<Binding[]> {
  const what = `bindings of ${trigger}`;
  return await readOffsetList<Binding>({
    what,
    key: ({ id }) => id,
    page: async (page, per_page) => {
      const list = client.actions.triggers.bindings.list(trigger as 'post-login', { page, per_page });
      const { response } = await call(`reading the ${what}`, list);
      return actionsPage(what, response, 'bindings', readBinding);
    },
  });
}

export interface ActionVersion extends DeployedVersion {
  readonly status: string;
}

/** Every version of an Action, the latest first. */
export async function readVersions(client: ManagementClient, action: ActionState): Promise<ActionVersion[]> {
  const what = `versions of the Action ${JSON.stringify(action.name)}`;
  const versions = await readOffsetList<ActionVersion>({
    what,
    key: ({ id }) => id,
    page: async (page, per_page) => {
      const { response } = await call(
        `reading the ${what}`,
        client.actions.versions.list(action.id, { page, per_page }),
      );
      return actionsPage(what, response, 'versions', (entry) => ({
        ...readVersion(entry),
        status: typeof entry['status'] === 'string' ? entry['status'] : '',
      }));
    },
  });
  return versions.sort((a, b) => b.number - a.number);
}

function readAction(entry: Fields): ActionState {
  const deployed: unknown = entry['deployed_version'];
  return {
    id: text(entry, 'id'),
    name: text(entry, 'name'),
    status: text(entry, 'status'),
    errors: list(entry['errors']).map((error) => String(error['msg'] ?? error['message'] ?? 'unknown error')),
    triggers: list(entry['supported_triggers']).map((trigger) => text(trigger, 'id')),
    modules: list(entry['modules']).map((module) => String(module['module_name'] ?? module['module_id'])),
    ...readContent(entry),
    deployed: typeof deployed === 'object' && deployed !== null ? readVersion(deployed as Fields) : undefined,
  };
}

function readVersion(entry: Fields): DeployedVersion {
  const { number } = entry;
  if (typeof number !== 'number') throw malformed('number');
  // A version that is deployed again is a new one; whether its code counts as built then is not documented.
  const times = ['built_at', 'created_at'].map((field) => Date.parse(String(entry[field])));
  const deployedAt = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return {
    id: text(entry, 'id'),
    number,
    deployedAt: Number.isFinite(deployedAt) ? deployedAt : undefined,
    ...readContent(entry),
  };
}

function readContent(entry: Fields): ActionContent {
  return {
    code: text(entry, 'code'),
    runtime: text(entry, 'runtime'),
    dependencies: list(entry['dependencies']).map((dependency) => ({
      name: text(dependency, 'name'),
      version: text(dependency, 'version'),
    })),
    secretNames: list(entry['secrets']).map((secret) => text(secret, 'name')),
  };
}

function readBinding(entry: Fields): Binding {
  const action: Fields = Object(entry['action']);
  const deployed: Fields = Object(action['deployed_version']);
  const optional = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    id: text(entry, 'id'),
    displayName: text(entry, 'display_name'),
    actionId: optional(action['id']),
    actionName: optional(action['name']),
    deployedCode: optional(deployed['code']),
  };
}

function list(value: unknown): Fields[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed('a list');
  return value.map((entry: unknown): Fields => Object(entry));
}

function text(entry: Fields, field: string): string {
  const value = entry[field];
  if (typeof value !== 'string') throw malformed(field);
  return value;
}

function malformed(field: string): TenantError {
  return new TenantError(
    'answer_invalid',
    `reading Actions: the answer's ${JSON.stringify(field)} is missing or of another kind than documented`,
    'Run the command again; if it stays so, update claimgen, or report this.',
  );
}
