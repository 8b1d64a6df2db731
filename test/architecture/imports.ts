// What the source of the packages imports, read from its text: types count, as they decide what can be understood alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** The path from the repository's root. */
  readonly file: string;
  /** As the file writes it. */
  readonly specifier: string;
  /** The imported file's path, or the specifier where it is no file of this repository's source. */
  readonly target: string;
}

/** Names of the packages under packages/. */
export const packages: readonly string[] = readdirSync(join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** The source files of a package, as paths from the repository's root. */
export function sourcesOf(name: string): string[] {
  const folder = `packages/${name}/src`;
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')));
}

/** Every import and re-export of a package's source, `import('…')` included. */
export function importsOf(name: string): Import[] {
  return sourcesOf(name).flatMap((file) =>
    specifiers(readFileSync(join(root, file), 'utf8')).map((specifier) => ({
      file,
      specifier,
      target: resolve(file, specifier),
    })),
  );
}

/** As Biome formats them: a statement starts a line, and its specifier ends one. */
export function specifiers(source: string): string[] {
  const statement =
    /^(?:(?:import|export)\b.*|\}) from '([^']+)';$|^import '([^']+)';$|\bimport\('([^']+)'\)/gm;
  return [...source.matchAll(statement)].map(([, from, effect, dynamic]) => from ?? effect ?? dynamic ?? '');
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  // What the build writes has no source here.
  if (specifier.startsWith('#generated/')) return specifier;
  const internal = /^#([^/]+)\/(.+)$/.exec(specifier);
  return internal === null ? specifier : `packages/${internal[1]}/src/${internal[2]}.ts`;
}

/** The package of an imported file or specifier, where it is one of ours. */
export function packageOf(target: string): string | undefined {
  return /^packages\/([^/]+)\/|^@claimgen\/([^/]+)/.exec(target)?.slice(1).find(Boolean);
}

/** The folder under src/ that a file is in, or its name where it lies there itself. */
export function folderOf(path: string): string {
  return /^packages\/[^/]+\/src\/([^/]+)/.exec(path)?.[1] ?? '';
}
