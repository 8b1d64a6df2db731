import { describe, expect, it } from 'vitest';
import { LOCK, lock } from './locks.ts';
import { refusal } from './refusal.ts';

describe('a lock that was edited or merged by hand', () => {
  it('has a permission that was renamed by hand', async () => {
    expect(await refusal(lock('"orders:write"', '"orders:purge"'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:15:19: audiences.orders.lineages[0][1].id: the id "HlO_hC" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has a permission that was added by hand', async () => {
    expect(
      await refusal(lock('"orders:write"', '"orders:write",\n              "orders:purge"')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:15:19: audiences.orders.lineages[0][1].id: the id "HlO_hC" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has permissions whose places were changed', async () => {
    expect(
      await refusal({
        'claimgen.lock.json': LOCK.replace('orders:read', 'x')
          .replace('orders:write', 'orders:read')
          .replace('"x"', '"orders:write"'),
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:9:19: audiences.orders.lineages[0][0].id: the id "OMs9A1" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has an id that was changed', async () => {
    expect(
      await refusal({ 'claimgen.lock.json': LOCK.replace(/"id": "..../, '"id": "AAAA') }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:9:19: audiences.orders.lineages[0][0].id: the id "AAAAA1" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has a permission with two places', async () => {
    expect(
      await refusal(lock('"orders:write"', '"orders:write",\n              "orders:read"')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:18:15: audiences.orders.lineages[0][1].permissions[1]: the permission "orders:read" has two places
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has an audience that was renamed by hand', async () => {
    expect(await refusal(lock('"orders":', '"sales":'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:9:19: audiences.sales.lineages[0][0].id: the id "OMs9A1" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('is of a newer version', async () => {
    expect(await refusal(lock('"lockfileVersion": 1', '"lockfileVersion": 2'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:2:22: lockfileVersion: the lock's version is 2, and this claimgen reads 1
        Update claimgen.
      "
    `);
  });

  it('is of a version that never was', async () => {
    expect(await refusal(lock('"lockfileVersion": 1', '"lockfileVersion": "one"'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:2:22: lockfileVersion: the lock's version is "one", and this claimgen reads 1
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has no version', async () => {
    expect(await refusal(lock('"lockfileVersion": 1,', ''))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:1: lockfileVersion: the lock's version is missing, and this claimgen reads 1
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has a merge conflict left in it', async () => {
    expect(
      await refusal(
        lock(
          '      "active": 0',
          '<<<<<<< HEAD\n      "active": 0,\n=======\n      "active": 1\n>>>>>>> branch',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:5:1: a merge conflict is left in the file
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('ends too early', async () => {
    expect(await refusal({ 'claimgen.lock.json': LOCK.slice(0, 120) })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:9:1: there must be a brace } here
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('has an audience twice', async () => {
    expect(
      await refusal({
        'claimgen.lock.json': LOCK.replace('"audiences": {', '"audiences": {\n    "orders": {},'),
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:5:5: the key "orders" appears here for the second time
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });
});
