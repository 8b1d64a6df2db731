// Two requests whose token the tenant no longer takes, while the cache still has it: both get the new one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTokenCache, type TokenCache } from '../../src/credentials/token-cache.ts';
import { startStandIn } from '../stand-in.ts';

it('a token that is refused is not taken from the cache again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-renewal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = openTokenCache(folder);
  // A slow disk.
  const cache: TokenCache = {
    ...files,
    delete: async (key) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await files.delete(key);
    },
  };
  const standIn = await startStandIn();
  const tenant = await standIn.open({ cache });
  for (let after = 0; after < 2; after++) {
    standIn.api.fail([{ expire: true, after, on: 'GET /api/v2' }]);
    const [actions, bindings] = await Promise.all([
      tenant.reader.actions.list(),
      tenant.reader.actions.triggers.bindings.list('post-login'),
    ]);
    expect([actions.data, bindings.data]).toEqual([[], []]);
  }
});
