import { createRequire } from 'node:module';
import { InputError, type Problem } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import type { SourceText } from '../source-text/source-text.ts';
import { formatPath } from '../source-text/value-path.ts';

const TYPESCRIPT = /\.[cm]?ts$/;

/** Whether a config is code, by its name. */
export function isConfigModule(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/**
 * Runs a config that is code and takes its default export, as JSON has it. Of a value in it no line is known.
 * @throws InputError
 */
export function loadConfigModule(path: string): SourceText {
  if (TYPESCRIPT.test(path) && !stripsTypes()) {
    throw moduleError(
      path,
      `Node ${process.versions.node} can't run TypeScript`,
      'Run claimgen with Node 22.18 or later, or write the config as .js, .yaml or .json.',
    );
  }
  return {
    file: path,
    value: asJson(path, exportOf(path)),
    problem: (code, place, message, fix, key) => ({
      code,
      message,
      fix,
      file: path,
      path: formatPath(key === undefined ? place : [...place, key]),
    }),
  };
}

/** Node's own type stripping (nodejs.org/api/process.html, process.features.typescript). */
function stripsTypes(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

function exportOf(path: string): unknown {
  try {
    // Loads ES modules, too, as long as they don't await at the top level: then everything here may stay synchronous.
    const loaded: unknown = createRequire(path)(path);
    const isModule = typeof loaded === 'object' && loaded !== null && 'default' in loaded;
    return isModule ? loaded.default : loaded;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_REQUIRE_ASYNC_MODULE') {
      throw moduleError(path, 'the config awaits at its top level', 'Export a value that is there at once.');
    }
    const message = error instanceof Error ? error.message : 'an unknown error';
    throw moduleError(
      path,
      `the config fails as it runs: ${message.split('\n')[0] ?? ''}`,
      /^Cannot find (?:package|module)/.test(message)
        ? `Install it, or correct the import. Packages are looked for in node_modules beside the config and above it: a copy of the config needs a link to them (${docsPage('guide/check.md')}, the hook).`
        : 'Correct it; it is run by Node as it is, without a bundler.',
      lineIn(path, error),
    );
  }
}

function asJson(path: string, value: unknown): unknown {
  const fix = 'Write export default { catalog: …, claim: …, audiences: {…} }.';
  if (typeof value !== 'object' || value === null || value instanceof Promise) {
    throw moduleError(path, 'the config has no default export that is an object', fix);
  }
  let lost: string | undefined;
  try {
    const text = JSON.stringify(value, (key, member: unknown) => {
      if (isLost(member)) lost ??= key;
      return member;
    });
    if (lost === undefined) return JSON.parse(text);
  } catch {
    throw moduleError(path, 'the default export is not plain data', fix);
  }
  throw moduleError(
    path,
    `${lost === '' ? 'the default export' : `the value of ${JSON.stringify(lost)}`} is not plain data`,
    'Write objects, arrays, strings, numbers and booleans: no Map or Set, and no functions.',
  );
}

/** What JSON leaves out or makes an empty object of: a budget in a Map would be none. A module's namespace is an object like others. */
function isLost(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !['[object Object]', '[object Module]'].includes(Object.prototype.toString.call(value));
}

/** The first line of the config that an error's stack names. */
function lineIn(path: string, error: unknown): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${path}:`);
  const line = at === -1 ? undefined : /^\d+/.exec(stack.slice(at + path.length + 1))?.[0];
  return line === undefined ? undefined : Number(line);
}

function moduleError(path: string, message: string, fix: string, line?: number): InputError {
  const problem: Problem = { code: 'config_invalid', file: path, message, fix };
  return new InputError([line === undefined ? problem : { ...problem, line, column: 1 }]);
}
