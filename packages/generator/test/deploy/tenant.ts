// A tenant that auth0-deploy-cli reaches over HTTPS on loopback: the stand-in of the Management API.
import {
  ManagementApi,
  type StoredAction,
  serveManagementApi,
} from '@claimgen/simulator/management-api/index';
import { onTestFinished } from 'vitest';
import { makeCertificate } from '../../../tenant/test/certificate.ts';

/** A tenant that remembers what the Management API is told: Actions and the bindings of triggers. */
export interface Tenant {
  /** Host and port, as AUTH0_DOMAIN has it. */
  readonly domain: string;
  /** A PEM file, for NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  readonly api: ManagementApi;
  /** Each request that changed something, as `METHOD path`. */
  readonly changes: readonly string[];
  /** An Action by its name. */
  action(name: string): (StoredAction & { readonly deployedCode: string | undefined }) | undefined;
  /** By trigger, the names of the Actions in their order. */
  bindings(): readonly (readonly [string, readonly string[]])[];
  /** Binds Actions by their names. */
  bind(trigger: string, names: readonly string[]): void;
  /** Adds an Action as somebody else made it, deployed and bound. */
  has(name: string, code: string, trigger: string): void;
}

/** Starts a tenant. It ends with the test. */
export async function startTenant(): Promise<Tenant> {
  const { key, cert, file } = makeCertificate();
  const api = new ManagementApi();
  const served = await serveManagementApi(api, { tls: { key, cert } });
  onTestFinished(() => served.close());
  const changes: string[] = [];
  api.onExchange = ({ request: { method, path } }) => {
    if (method !== 'GET') changes.push(`${method} ${path}`);
  };
  const { actions, bindings } = api.tenant;
  const bind = (trigger: string, names: readonly string[]): void => {
    const bound = names.map((name) => ({
      id: `bin_${name}`,
      display_name: name,
      actionId: named(name)?.id ?? '',
      createdAt: 0,
    }));
    bindings.set(trigger, bound);
  };
  const named = (name: string): StoredAction | undefined =>
    [...actions.values()].find((action) => action.name === name);
  return {
    domain: served.domain,
    certificate: file,
    api,
    changes,
    action: (name) => {
      const action = named(name);
      return action && { ...action, deployedCode: action.versions.at(-1)?.code };
    },
    bindings: () =>
      [...bindings].map(([trigger, bound]) => [
        trigger,
        bound.map(({ actionId }) => actions.get(actionId)?.name ?? ''),
      ]),
    bind,
    has(name, code, trigger) {
      const content = { code, runtime: 'node22', dependencies: [] };
      const version = {
        ...content,
        id: `ver_${name}`,
        number: 1,
        secretNames: [],
        createdAt: 0,
        deployedAt: 0,
      };
      const supported_triggers = [{ id: trigger, version: 'v3' }];
      const times = { createdAt: 0, updatedAt: 0, builtAt: 0 };
      actions.set(`act_${name}`, {
        ...content,
        ...times,
        id: `act_${name}`,
        name,
        supported_triggers,
        secrets: [],
        buildFails: false,
        versions: [version],
      });
      bind(trigger, [
        ...(bindings.get(trigger) ?? []).map(({ actionId }) => actions.get(actionId)?.name ?? ''),
        name,
      ]);
    },
  };
}

/** The variables under which auth0-deploy-cli reaches a tenant. */
export function variablesFor({ domain, certificate, api }: Tenant): Record<string, string> {
  const scopes = ['read', 'create', 'update', 'delete'].flatMap((verb) =>
    ['actions', 'roles', 'resource_servers', 'client_grants'].map((what) => `${verb}:${what}`),
  );
  const token = api.tokens.issue([...scopes, 'read:clients'], Date.now());
  return { AUTH0_DOMAIN: domain, AUTH0_ACCESS_TOKEN: token, NODE_EXTRA_CA_CERTS: certificate };
}
