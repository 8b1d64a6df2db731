import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'rolldown';

const styles = [
  createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'),
  new URL('page/report.css', import.meta.url),
];

/** The report page's script, and its style: `claimgen build` puts both into the one file that report.html is. */
export default defineConfig({
  input: 'page/report.ts',
  platform: 'browser',
  transform: { target: 'es2022' },
  plugins: [
    {
      name: 'style',
      generateBundle() {
        const source = styles.map((file) => readFileSync(file, 'utf8')).join('\n');
        this.emitFile({ type: 'asset', fileName: 'report.css', source });
      },
    },
  ],
  output: {
    dir: 'dist/page',
    entryFileNames: 'report.js',
    format: 'iife',
    minify: true,
    banner: '/* Charts: uPlot, (c) Leon Sorokin, MIT license, github.com/leeoniya/uPlot */',
  },
});
