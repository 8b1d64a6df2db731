import { describe, expect, it } from 'vitest';
import { lock } from './locks.ts';
import { refusal } from './refusal.ts';

describe('a lock of another form', () => {
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
      claimgen.lock.json:1:1: audiences: this must be an object, with an audience by each key
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
      claimgen.lock.json:1:75: audiences.orders.lineages[0]: this is not an array of generations
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });
});
