import { defineConfig } from 'rolldown';

/** The process that hosts an Action on another Node, as one file: that Node may be unable to look into the package. */
export default defineConfig({
  input: 'dist/host/host-process.js',
  platform: 'node',
  output: { dir: 'dist/host', entryFileNames: 'host-process.bundle.js', format: 'esm' },
});
