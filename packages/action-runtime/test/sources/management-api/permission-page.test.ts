import { describe, expect, it } from 'vitest';
import { SourceFailure } from '../../../src/source-failure.ts';
import { permissionPage } from '../../../src/sources/management-api/permission-page.ts';

const ORDERS = 'https://orders.acme.example';
const malformed = new SourceFailure('the Management API did not answer with a list of permissions');

describe('a page of permissions', () => {
  it('has the names of the API that was asked for, or that name none', () => {
    const permissions = [
      { permission_name: 'read', resource_server_identifier: ORDERS },
      { permission_name: 'refund', resource_server_identifier: 'https://billing.acme.example' },
      { permission_name: 'audit', resource_server_identifier: null },
      { permission_name: 'write' },
    ];
    expect(permissionPage({ permissions }, ORDERS)).toEqual({ names: ['read', 'write'], next: undefined });
  });

  it.each([
    ['more', 'more'],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('with next %j goes on at %j', (next, expected) => {
    expect(permissionPage({ permissions: [], next }, ORDERS)).toEqual({ names: [], next: expected });
  });

  it.each([7, false, {}, ['more']])('with next %j is a failure', (next) => {
    expect(() => permissionPage({ permissions: [], next }, ORDERS)).toThrow(malformed);
  });

  it.each([
    null,
    undefined,
    'read',
    [{ permission_name: 'read' }],
    {},
    { permissions: null },
    { permissions: 'read' },
    { permissions: { 0: { permission_name: 'read' }, length: 1 } },
    { permissions: ['read'] },
    { permissions: [null] },
    { permissions: [{ permission_name: 'read' }, {}] },
    { permissions: [{ permission_name: 7 }] },
    { permissions: [{ permission_name: 7, resource_server_identifier: 'https://billing.acme.example' }] },
  ])('that is %j is a failure', (answer) => {
    expect(() => permissionPage(answer, ORDERS)).toThrow(malformed);
  });
});
