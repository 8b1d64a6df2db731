// In which module format Node and TypeScript read the `.js` files of a folder.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { asMap } from '../source-text/as-map.ts';
import { parseSourceText } from '../source-text/source-text.ts';
import type { ModuleFormat } from '../verifier-module/module-format.ts';
import { readText } from './files.ts';

/**
 * By the nearest package.json, as Node looks for it: an ES module only where that says `"type": "module"`. Without
 * any up to the root of the repository, an ES module.
 * @throws InputError where the package.json can't be read
 */
export function moduleFormatOf(folder: string): ModuleFormat {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, 'package.json');
    // A folder of that name is none to Node, either.
    if (existsSync(path) && statSync(path).isFile()) {
      const type = asMap(parseSourceText(path, readText(path)).value)?.['type'];
      return type === 'module' ? 'module' : 'commonjs';
    }
    // What lies above the repository differs from machine to machine.
    if (existsSync(join(at, '.git')) || at === parse(at).root) return 'module';
  }
}
