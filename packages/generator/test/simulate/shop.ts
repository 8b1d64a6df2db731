import { type ProjectFolder, projectFolder } from '../project-folder.ts';

export const orders: string = 'https://orders.example';
export const billing: string = 'https://billing.example';
export const catalog: string = JSON.stringify({
  permissions: [
    { name: 'orders:read', audience: orders },
    { name: 'orders:write', audience: orders },
    { name: 'invoices:pay', audience: billing },
  ],
  roles: {
    Clerk: [{ name: 'orders:read', audience: orders }],
    Accountant: [{ name: 'invoices:pay', audience: billing }],
  },
});
const config = {
  catalog: 'catalog.json',
  claim: 'https://acme.example/permissions',
  action: { name: 'p' },
  // As long as Auth0's are, so that sizes here are those of its tokens.
  token: { keyIdBytes: 21, keyBits: 2048 },
  audiences: { orders: { audience: orders, globs: ['*'] }, billing: { audience: billing, globs: ['*'] } },
};

/** A project of two APIs, two roles and three permissions, with these members in its config. */
export function shop(more: object = {}): ProjectFolder {
  return projectFolder({
    'claimgen.config.json': JSON.stringify({ ...config, ...more }),
    'catalog.json': catalog,
  });
}

/** A user as an argument of a command line. */
export const clerk: string = `'{"id":"auth0|1","roles":["Clerk"]}'`;

/** The Management API as the only source; the deadline in milliseconds. */
export function managed(deadlineMs: number): object {
  const managementApi = { domain: 'acme.eu.auth0.com', deadlineMs, maxRequests: 12 };
  return { action: { name: 'p', source: [{ managementApi }] } };
}
