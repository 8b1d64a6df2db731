// A tenant as auth0-deploy-cli exports it, with some of its files replaced.
import { config } from './refusal.ts';

export const API = {
  identifier: 'https://orders.acme.example',
  scopes: [{ value: 'orders:read' }, { value: 'orders:write' }],
};
export const ROLE = {
  name: 'Clerk',
  permissions: [
    { permission_name: 'orders:read', resource_server_identifier: 'https://orders.acme.example' },
  ],
};

/** A folder as auth0-deploy-cli exports it, with some of its files replaced. */
export function tenant(files: Record<string, unknown>): Record<string, string | undefined> {
  const all: Record<string, unknown> = {
    'tenant/resource-servers/Orders.json': API,
    'tenant/roles/Clerk.json': ROLE,
    ...files,
  };
  return {
    ...config('catalog.json', './tenant'),
    ...Object.fromEntries(
      Object.entries(all).map(([path, value]) => [
        path,
        typeof value === 'string' || value === undefined ? value : JSON.stringify(value, null, 2),
      ]),
    ),
  };
}
