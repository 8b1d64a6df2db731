// What bundlers make of the entry points for browsers.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';

describe('in a browser', () => {
  async function bundle(entry: string): Promise<{ code: string; imports: string[] }> {
    const build = await rolldown({
      input: fileURLToPath(new URL(`../src/${entry}`, import.meta.url)),
      external: [/^node:/],
      platform: 'browser',
      logLevel: 'silent',
    });
    const { output } = await build.generate({ format: 'esm', minify: true });
    await build.close();
    return { code: output[0].code, imports: output[0].imports };
  }

  test('permissions of a payload that nobody verified weigh under 6.7 kB minified, the as-of of a claim included, with all they need and without jose', async () => {
    const { code, imports } = await bundle('unverified.ts');
    expect(imports).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(6700);
    console.info(`@claimgen/verifier/unverified: ${Buffer.byteLength(code)} bytes minified`);
  });

  test.each(['index.ts', 'adapters/hono.ts'])(
    '%s bundles without any import of a node: module',
    async (entry) => {
      expect((await bundle(entry)).imports.filter((name) => name.startsWith('node:'))).toEqual([]);
    },
  );

  test.each(['index.ts', 'adapters/hono.ts'])(
    '%s reads nothing off a free `process`, of which Next.js warns in builds for the edge',
    async (entry) => {
      expect((await bundle(entry)).code).not.toMatch(/(?<![.\w$])process\??\./);
    },
  );
});
