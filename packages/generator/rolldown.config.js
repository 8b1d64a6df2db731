// What is built after src/: the report page, the check of a config against its schema, the templates, and the command in few files.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import Handlebars from 'handlebars';
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

// Parts of both are in what is published.
const AJV = '/* Ajv, (c) Evgeny Poberezkin, MIT license, github.com/ajv-validator/ajv */';
const HANDLEBARS = '/* Handlebars, (c) Yehuda Katz, MIT license, github.com/handlebars-lang/handlebars.js */';

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

/** Every template as Handlebars precompiles it, with the part of Handlebars that runs them. */
const templates = generated('templates', HANDLEBARS, () => {
  const folder = new URL('../../templates/', import.meta.url);
  const specifications = readdirSync(folder)
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => {
      const name = file.slice(0, -'.hbs'.length);
      // Where the output is code or Markdown nothing is escaped for HTML: foreign values go through {{literal …}}, or are escaped before.
      const noEscape = !/\.(?:html|xml)$/.test(name);
      const text = readFileSync(new URL(file, folder), 'utf8');
      const specification = Handlebars.precompile(text, { noEscape, strict: true, preventIndent: true });
      return `${JSON.stringify(name)}: ${specification}`;
    });
  return `import Handlebars from 'handlebars/runtime.js';
    export const handlebars = Handlebars.create();
    export const specifications = {${specifications.join(', ')}};`;
});

/**
 * The command and the library, as tsc built them, in one file for each moment at which something is loaded: opening some 200 modules
 * took a quarter of the example's `check`. The declarations stay where tsc put them.
 */
const bundle = defineConfig({
  input: { bin: 'dist/bin.js', index: 'dist/index.js', simulate: 'dist/simulate.js' },
  platform: 'node',
  // Packages and the modules of dist/generated and dist/simulator keep their files.
  external: (id) => !/^(?:\.|\/|#auth0\/)/.test(id),
  output: { dir: 'dist/bundle', format: 'esm', cleanDir: true },
});

export default [
  page,
  generated('config-validator', AJV, () => validatorOf({ allErrors: true })),
  generated('config-first-error', AJV, () => validatorOf({})),
  templates,
  bundle,
];
