import { defineConfig } from 'vitest/config';

const TESTS = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/*.test.ts'];
/** Tests that need more than Node: git, npx, browsers, servers, catalogs, packed tarballs, processes that are killed. */
const END_TO_END = ['packages/*/test/**/*.e2e.test.ts', 'test/**/*.e2e.test.ts'];
/** Tests that take long: what remains is quick enough to be run by hand. */
const LONG = ['packages/*/test/**/*.long.test.ts'];

/** The files of a worker share its modules: loading them again for each of 200 files took longer than many of the tests. Each test puts back what it changes of the process. */
const inProcess = { isolate: false, globalSetup: ['test/left-out.ts', 'test/memory-folder.ts'] };

export default defineConfig({
  test: {
    // CI tries each property many times more.
    testTimeout: process.env.CI ? 900_000 : 120_000,
    hookTimeout: 120_000,
    // What is waited for comes when it comes, also on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    // test/coverage.js prints it.
    coverage: { include: ['packages/*/src/**/*.ts'], reporter: 'json-summary' },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: TESTS, exclude: [...END_TO_END, ...LONG], ...inProcess },
      },
      { extends: true, test: { name: 'long', include: LONG, ...inProcess } },
      { extends: true, test: { name: 'e2e', include: END_TO_END } },
    ],
  },
});
