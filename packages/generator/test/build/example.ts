/** A project with two APIs, roles and an environment. */
export const EXAMPLE: Readonly<Record<string, string>> = {
  'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders:
    audience: https://orders.acme.example
    prefixes: ["orders:"]
  billing-eu:
    audience: https://billing.acme.example
    globs: ["invoices:*"]
environments:
  prod:
    audiences: { orders: https://orders.acme.com, billing-eu: https://billing.acme.com }
`,
  'catalog.json': `${JSON.stringify(
    {
      permissions: ['orders:read', 'orders:write', 'orders:refund', 'invoices:read', 'invoices:pay'],
      roles: {
        Clerk: ['orders:read', 'orders:write'],
        Accountant: ['orders:read', 'invoices:read', 'invoices:pay'],
      },
    },
    null,
    2,
  )}\n`,
};

/** Every file that a build of the base writes. */
export const WRITTEN: readonly string[] = [
  'claimgen.lock.json',
  'claimgen/actions/claimgen-permissions.json',
  'claimgen/actions/claimgen-permissions/code.js',
  'claimgen/report.html',
  'claimgen/report.json',
  'claimgen/report.md',
  'claimgen/verifier/billing-eu.d.ts',
  'claimgen/verifier/billing-eu.js',
  'claimgen/verifier/billing-eu.json',
  'claimgen/verifier/orders.d.ts',
  'claimgen/verifier/orders.js',
  'claimgen/verifier/orders.json',
];
