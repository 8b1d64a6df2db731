import { describe, expect, it } from 'vitest';
import { indexTables, type RoleRow, sizeOf } from '../src/tables.ts';
import { audienceOf, ORDERS } from './recorded-login.ts';

const { names: _names, ...unnamed } = audienceOf().table;
const look = (roles?: readonly RoleRow[]) =>
  indexTables({ audiences: [unnamed], ...(roles === undefined ? {} : { roles }) }).get(ORDERS);

describe('the places of an API', () => {
  it('are as many as its last generation ends at', () => {
    expect(sizeOf({ ends: [4, 6] })).toBe(6);
    expect(sizeOf({ ends: [] })).toBe(0);
  });

  it('are found by the names that the tenant has', () => {
    expect([...audienceOf().placeOf]).toEqual([
      ['read', 0],
      ['write', 1],
      ['refund', 2],
      ['audit', 3],
      ['billing/read', 4],
    ]);
  });

  it('have no names where the sources need none', () => {
    expect(look()?.placeOf.size).toBe(0);
  });
});

describe('the roles of an API', () => {
  it('are all of the tenant, with what they grant in it', () => {
    expect([...audienceOf().runsOf]).toEqual([
      ['Clerk', [0, 1]],
      ['Manager', [1, 2, 1, 1]],
      ['Visitor', []],
    ]);
  });

  it('are none where no source goes by roles', () => {
    expect(look()?.runsOf.size).toBe(0);
  });

  it('grant nothing that is not their own', () => {
    const grants = Object.create({ orders: [0, 1] }) as RoleRow[1];
    expect(look([['Clerk', grants]])?.runsOf.get('Clerk')).toEqual([]);
  });
});

it('APIs are found by their identifiers, whatever these are', () => {
  const audiences = [ORDERS, '__proto__', 'constructor'].map((audience) => ({ ...unnamed, audience }));
  const found = indexTables({ audiences });
  expect([...found].map(([identifier, { table }]) => [identifier, table.audience])).toEqual(
    [ORDERS, '__proto__', 'constructor'].map((audience) => [audience, audience]),
  );
  expect(found.get('toString')).toBeUndefined();
});
