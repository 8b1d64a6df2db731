import { describe, expect, it } from 'vitest';
import { importAuthorizationExtension } from '../../src/import/authorization-extension.ts';

const APP = 'fhginJh46igC6Rj630UeZBhUyDrgvJ08';
const permission = (id: string, name: string, applicationId = APP) => ({
  _id: id,
  name,
  applicationType: 'client',
  applicationId,
  description: `may ${name}`,
});
const orders = {
  audienceOf: (application: string) => (application === APP ? 'https://orders.example/' : undefined),
};

const exported = {
  configuration: [{ _id: 'v1', rolesInToken: true }],
  groups: [
    { _id: 'g1', name: 'HR', members: ['auth0|1'], roles: ['r1'], nested: ['g2'] },
    { _id: 'g2', name: 'Trainers', members: ['auth0|2'], nested: ['g1'] },
    { _id: 'g3', name: 'Admin' },
  ],
  permissions: [
    permission('p1', 'approve:expenses'),
    permission('p2', 'hire:employees'),
    permission('p3', 'other', 'x'),
  ],
  roles: [
    { _id: 'r1', name: 'HR Manager', applicationId: APP, permissions: ['p1', 'p2', 'p3'] },
    { _id: 'r2', name: 'Clerk', applicationId: APP, users: ['auth0|2', 'auth0|3'] },
  ],
};

const read = (value: unknown, options: Parameters<typeof importAuthorizationExtension>[2] = orders) =>
  importAuthorizationExtension(JSON.stringify(value), 'export.json', options);

describe('an export of the Authorization Extension', () => {
  it('becomes APIs with permissions, and roles', () => {
    const { tenant } = read(exported);
    expect(tenant.apis).toEqual([
      {
        identifier: 'https://orders.example/',
        name: 'https://orders.example/',
        scopes: [
          { value: 'approve:expenses', description: 'may approve:expenses' },
          { value: 'hire:employees', description: 'may hire:employees' },
        ],
      },
    ]);
    expect(
      tenant.roles.map(({ name, permissions }) => [
        name,
        Array.from(permissions, ({ permission_name }) => permission_name),
      ]),
    ).toEqual([
      ['Clerk', []],
      ['HR Manager', ['approve:expenses', 'hire:employees']],
    ]);
    expect(tenant.notes).toEqual(['1 permissions are left out: their applications have no API.']);
  });

  it('tells who holds which role: members of nested groups, too, also where groups nest each other', () => {
    expect([...read(exported).users]).toEqual([
      ['auth0|1', ['HR Manager']],
      ['auth0|2', ['Clerk', 'HR Manager']],
      ['auth0|3', ['Clerk']],
    ]);
  });

  it('names every permission that an API cannot have, and takes other names for them', () => {
    const spaced = {
      ...exported,
      permissions: [
        permission('p1', 'Approve Expenses'),
        permission('p2', 'Hire employees'),
        permission('p3', 'fine'),
      ],
    };
    expect(() => read(spaced)).toThrow(/2 of these have not: "Approve Expenses", "Hire employees"/u);
    const rename = { 'Approve Expenses': 'approve:expenses', 'Hire employees': 'hire:employees' };
    const { tenant } = read(spaced, { ...orders, rename });
    expect(Array.from(tenant.apis[0]?.scopes ?? [], ({ value }) => value)).toEqual([
      'approve:expenses',
      'hire:employees',
      'fine',
    ]);
  });

  it.each([
    ['text', 'x'],
    ['another object', { users: [] }],
    ['roles of another kind', { roles: 7 }],
    ['a permission without a name', { permissions: [{ _id: 'p', applicationId: 'a' }] }],
    [
      'a role with a permission that is not there',
      { permissions: [], roles: [{ _id: 'r', name: 'R', permissions: ['p'] }] },
    ],
    [
      'two roles of one name',
      {
        permissions: [],
        roles: [
          { _id: 'a', name: 'R' },
          { _id: 'b', name: 'R' },
        ],
      },
    ],
    ['a group with a role that is not there', { permissions: [], groups: [{ _id: 'g', roles: ['r'] }] }],
  ])('is refused where it is %s', (_, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'export_invalid', exitCode: 2 }));
  });
});
