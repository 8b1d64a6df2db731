import { describe, expect, it } from 'vitest';
import { generationIds } from '../../src/layout/ids.ts';
import { refusal, replaceOnce } from './refusal.ts';

/** Two generations of an audience, each with one permission. */
function orders(name: string) {
  const [first, second] = generationIds(name, 0, [['orders:read'], ['orders:write']]);
  return {
    active: 0,
    lineages: [
      [
        { id: first, permissions: ['orders:read'] },
        { id: second, permissions: ['orders:write'] },
      ],
    ],
  };
}

const LOCK = `${JSON.stringify({ lockfileVersion: 1, audiences: { orders: orders('orders') } }, null, 2)}\n`;

/** The lock with one part replaced. */
function lock(part: string, by: string): { 'claimgen.lock.json': string } {
  return { 'claimgen.lock.json': replaceOnce(LOCK, part, by) };
}

/** A verifier of the audience, as a build leaves it behind. */
function verifier(name: string): Record<string, string> {
  const layout = { format: 'claimgen-layout-1', name, claim: 'pz', ...orders(name), withdrawn: [] };
  return { 'claimgen/verifier/orders.json': JSON.stringify(layout, null, 2) };
}

describe("a lock that can't be used", () => {
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
      claimgen.lock.json:9:1: a brace } must stand here
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('is empty', async () => {
    expect(await refusal({ 'claimgen.lock.json': '' })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:1: the file is empty
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('is null', async () => {
    expect(await refusal({ 'claimgen.lock.json': 'null' })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:1: lockfileVersion: the lock's version is missing, and this claimgen reads 1
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has no audiences', async () => {
    expect(await refusal({ 'claimgen.lock.json': '{"lockfileVersion": 1}' })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:1: audiences: there is no map of audiences here
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has an audience without lineages', async () => {
    expect(
      await refusal({
        'claimgen.lock.json': '{"lockfileVersion": 1, "audiences": {"orders": {"active": 0}}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:48: audiences.orders: there are no lineages here
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has an active lineage that is not there', async () => {
    expect(await refusal(lock('"active": 0', '"active": 1'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:5:17: audiences.orders.active: 1 is not the number of a lineage
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has an active lineage that is no number', async () => {
    expect(await refusal(lock('"active": 0', '"active": "0"'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:5:17: audiences.orders.active: "0" is not the number of a lineage
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has a generation without permissions', async () => {
    expect(
      await refusal({
        'claimgen.lock.json':
          '{"lockfileVersion": 1, "audiences": {"orders": {"active": 0, "lineages": [[{"id": "AAAAAA", "permissions": []}]]}}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:76: audiences.orders.lineages[0][0]: this is not a generation: {"id", "permissions"}
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('has a lineage that is a map', async () => {
    expect(
      await refusal({
        'claimgen.lock.json':
          '{"lockfileVersion": 1, "audiences": {"orders": {"active": 0, "lineages": [{}]}}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:1:75: audiences.orders.lineages[0]: this is not a list of generations
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
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
      claimgen.lock.json:5:5: the key "orders" stands here for the second time
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('is a folder', async () => {
    expect(await refusal({ 'claimgen.lock.json': undefined })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json: the file can't be read: there is a folder in its place
        Correct the path, or make the file readable.
      "
    `);
  });

  it('is lost while the verifiers are there', async () => {
    expect(await refusal(verifier('orders'))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json: the lock is missing, and the verifiers that were built with it are there
        Restore it from git, or from the verifiers with claimgen build --restore-lock; without it, permissions would change places.
      "
    `);
  });

  it('has lost the layout of an audience whose verifier is there', async () => {
    expect(
      await refusal({
        ...verifier('orders'),
        'claimgen.lock.json': '{"lockfileVersion": 1, "audiences": {}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.lock.json: the lock has no layout of orders, and the verifiers that were built with one are there
        Restore it from git, or from the verifiers with claimgen build --restore-lock; without it, permissions would change places.
      "
    `);
  });

  it('is to be restored where no verifier is', async () => {
    expect(await refusal({}, 'build --restore-lock')).toMatchInlineSnapshot(`
      "
      claimgen/verifier: no verifier of this config is here to rebuild the lock from
        Copy the verifiers' .json files of a deployed API here, or leave --restore-lock out to begin anew.
      "
    `);
  });

  it('is to be restored from a verifier that was edited by hand', async () => {
    expect(
      await refusal(
        {
          'claimgen/verifier/orders.json': replaceOnce(
            verifier('orders')['claimgen/verifier/orders.json'] ?? '',
            '"orders:write"',
            '"orders:purge"',
          ),
        },
        'build --restore-lock',
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen/verifier/orders.json:15:15: lineages[0][1].id: the id "HlO_hC" does not fit the permissions up to here: they were edited by hand or merged
        Take the file from a deployed API, or from the branch that it was deployed from.
      "
    `);
  });

  it('is to be restored from what is no verifier', async () => {
    expect(
      await refusal({ 'claimgen/verifier/orders.json': '{}' }, 'build --restore-lock'),
    ).toMatchInlineSnapshot(`
      "
      claimgen/verifier/orders.json:1:1: this is not the layout of a verifier
        Take the file from a deployed API, or from the branch that it was deployed from.
      "
    `);
  });

  it("is to be restored from another audience's verifier", async () => {
    expect(await refusal(verifier('sales'), 'build --restore-lock')).toMatchInlineSnapshot(`
      "
      claimgen/verifier/orders.json: this is the layout of sales, and the file is named after orders
        Give the audience its former name again, or delete the file to lay its permissions out anew.
      "
    `);
  });
});
