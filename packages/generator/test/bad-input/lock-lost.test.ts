import { describe, expect, it } from 'vitest';
import { verifier } from './locks.ts';
import { refusal, replaceOnce } from './refusal.ts';

describe('a lock that is lost', () => {
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
        Copy the verifiers' .json files of a deployed API here, or leave --restore-lock out to begin a new layout.
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
        Give the audience its former name again, or delete the file to give it a new layout.
      "
    `);
  });
});
