// What is built besides src/: the report page, and the check of a config against its schema.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { defineConfig } from 'rolldown';

const styles = [
  createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'),
  new URL('page/report.css', import.meta.url),
];

/** The report page's script, and its style: `claimgen build` puts both into the one file that report.html is. */
const page = defineConfig({
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

// Parts of it are in what is published.
const AJV = '/* Ajv, (c) Evgeny Poberezkin, MIT license, github.com/ajv-validator/ajv */';

/** A module in dist/generated whose source is written here. */
function generated(name, banner, source) {
  return defineConfig({
    input: name,
    platform: 'node',
    plugins: [
      {
        name,
        resolveId: (id) => (id === name ? id : undefined),
        load: (id) => (id === name ? source() : undefined),
      },
    ],
    output: { file: `dist/generated/${name}.js`, format: 'esm', minify: true, banner },
  });
}

/** The schema as a function, of which ajv writes the source: compiling it took a third of a second at each start. */
function validatorOf(options) {
  const ajv = new Ajv({
    ...options,
    verbose: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  // How to fix what does not fit is said in the schema, beside what is allowed.
  ajv.addVocabulary(['fix']);
  const schema = JSON.parse(readFileSync(new URL('schema/config.schema.json', import.meta.url), 'utf8'));
  return standaloneCode(ajv, ajv.compile(schema));
}

export default [
  page,
  generated('config-validator', AJV, () => validatorOf({ allErrors: true })),
  generated('config-first-error', AJV, () => validatorOf({})),
];
