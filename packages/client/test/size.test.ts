import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

/** The bytes of a page that imports this. */
async function minified(code: string): Promise<string> {
  const entry = fileURLToPath(new URL('page.js', import.meta.url));
  const bundle = await rolldown({
    input: entry,
    external: ['react'],
    plugins: [
      {
        name: 'page',
        load: (id) => (id === entry ? code : null),
        resolveId: (id) => (id === entry ? id : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output[0].code;
}

it.each(['createFetch', 'createPermissions'])('%s is less than 2,000 bytes in a page', async (name) => {
  const code = await minified(`export { ${name} } from '../dist/index.js';`);
  expect(code).toContain(name);
  expect(Buffer.byteLength(code)).toBeLessThan(2000);
});

it('both with the hook are less than 2,000 bytes as they are sent, and need nothing but React', async () => {
  const code = await minified("export * from '../dist/index.js'; export * from '../dist/react.js';");
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(2000);
  expect([...code.matchAll(/from\s*[`"']([^`"']*)/g)].map(([, from]) => from)).toEqual(['react']);
});
