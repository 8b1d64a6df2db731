// Writes dist/inline.json: what tsc has made of each module that an Action can carry, as text that stands
// in one scope with the others. Comments stay, since a reviewer reads them in Auth0's dashboard.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

/** In the order in which a reviewer reads them; a class comes before those that extend it. */
const SECTIONS = {
  policy: [
    'on-post-login',
    'dated-claim',
    'dated-cache',
    'source-failure',
    'sources/roles',
    'sources/effective-roles',
    'sources/event',
    'sources/management-api/reader',
    'sources/management-api/access-token',
    'sources/management-api/requests',
    'sources/management-api/retry-delay',
    'sources/management-api/permission-page',
    'sources/management-api/kept-places',
    'sources/management-api/decode-body',
    'limited-places',
    'admits-client',
    'keep-requested',
    'with-deadline',
    'capped-claim',
    'add-runs',
    'held-places',
    'tables',
    'expand-names',
    'log',
  ],
  encoder: ['encode-names', 'encode-bitset', 'encode-body', 'as-of', 'bit-writer'],
};
const COLUMNS = 100;

const IMPORT = /^import \{[^}]*\} from '(\.[^']+)\.js';\n/gm;
const DECLARATION = /^(?:async )?(?:function\*?|class|const|let) (\w+)/gm;

function inline(name, section) {
  const compiled = readFileSync(new URL(`dist/${name}.js`, import.meta.url), 'utf8');
  const imports = [...compiled.matchAll(IMPORT)].map(([, path]) => posix.join(posix.dirname(name), path));
  const script = compiled
    .replace(IMPORT, '')
    .replace(/^export (?=(?:async )?(?:function|class|const) )/gm, '')
    // tsc leaves no blank line: one before each declaration, and before the comment that belongs to it.
    .replace(/^(?=\/\*\*|(?:async )?(?:function|class) )/gm, '\n')
    .replace(/(\*\/\n)\n/g, '$1');
  if (/^(?:import|export)\b/m.test(script))
    throw new Error(`${name} has an import or export of another form`);
  const text = format(script).trim();
  const long = text.split('\n').find((line) => line.length > COLUMNS);
  if (long !== undefined) throw new Error(`${name} has a line of ${long.length} columns: ${long}`);
  return { name, section, imports, text };
}

/** As the rest of the repository is formatted, with the quotes that JSON has. */
function format(script) {
  const options = [`--line-width=${COLUMNS}`, '--javascript-formatter-quote-style=double'];
  return execFileSync('biome', ['format', '--stdin-file-path=inline.js', ...options], {
    input: script,
    encoding: 'utf8',
  });
}

const modules = Object.entries(SECTIONS).flatMap(([section, names]) =>
  names.map((name) => inline(name, section)),
);
const declared = modules.flatMap(({ text }) => [...text.matchAll(DECLARATION)].map(([, name]) => name));
const twice = declared.find((name, index) => declared.indexOf(name) !== index);
if (twice !== undefined) throw new Error(`${twice} is declared by two modules`);
const names = new Set(modules.map(({ name }) => name));
const missing = modules.flatMap(({ imports }) => imports).find((name) => !names.has(name));
if (missing !== undefined) throw new Error(`${missing} is imported, and in no section`);
writeFileSync(new URL('dist/inline.json', import.meta.url), `${JSON.stringify({ modules }, null, 2)}\n`);
