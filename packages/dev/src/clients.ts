// Clients, declared or not, as the provider takes them.
import type { AdapterPayload } from 'oidc-provider';
import type { DevClient, DevTenant } from './dev-tenant.ts';
import { isLoopbackUrl } from './loopback.ts';
import { Storage } from './storage.ts';

/** The declared client of an id. */
export function clientOf(tenant: DevTenant, id: string): DevClient | undefined {
  return tenant.clients.find((client) => client.id === id);
}

/** Looks clients up in the tenant, as it is now. */
export class ClientStorage extends Storage {
  readonly #tenant: () => DevTenant;

  constructor(tenant: () => DevTenant) {
    super();
    this.#tenant = tenant;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    // The provider keeps grants in a plain object, by these ids.
    if (!/^[\x20-\x7e]{1,200}$/u.test(id) || id in Object.prototype) return undefined;
    return metadata(id, clientOf(this.#tenant(), id));
  }
}

function metadata(id: string, client: DevClient | undefined): AdapterPayload {
  const machine = client?.secret === undefined ? [] : ['client_credentials'];
  return {
    client_id: id,
    ...(client?.name === undefined ? {} : { client_name: client.name }),
    ...(client?.secret === undefined
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_post', client_secret: client.secret }),
    grant_types: ['authorization_code', 'refresh_token', ...machine],
    response_types: ['code'],
    id_token_signed_response_alg: 'RS256',
    // The provider wants one; which URLs are allowed is decided below.
    redirect_uris: ['http://localhost/'],
  } as AdapterPayload;
}

/** Whether a login of a client may end at a URL. */
export function allowsCallback(tenant: DevTenant, id: string, url: string): boolean {
  return clientOf(tenant, id)?.callbacks?.includes(url) ?? isLoopbackUrl(url);
}

/** Whether a logout may end at a URL. */
export function allowsLogoutUrl(tenant: DevTenant, id: string | undefined, url: string): boolean {
  const client = id === undefined ? undefined : clientOf(tenant, id);
  return client?.logoutUrls?.includes(url) ?? isLoopbackUrl(url);
}
