// This module and write-files.ts beside it are the only ones that touch the file system.
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CatalogFile, CatalogFiles } from './catalog/catalog.ts';
import { InputError, type ProblemCode } from './errors.ts';

export const CONFIG_NAMES: readonly string[] = [
  'claimgen.config.yaml',
  'claimgen.config.yml',
  'claimgen.config.json',
];

/**
 * Finds the config from `directory` upward.
 * @throws InputError where there is none
 */
export function findConfig(directory: string): string {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const found = CONFIG_NAMES.map((name) => join(at, name)).filter((path) => existsSync(path));
    if (found.length > 1) {
      throw fileError(
        'usage',
        at,
        `there are ${found.length} configs in this folder`,
        'Keep one of them, or name it with --config.',
      );
    }
    if (found[0] !== undefined) return found[0];
    if (at === parse(at).root) {
      throw fileError(
        'usage',
        undefined,
        `there is no ${CONFIG_NAMES[0]} in this folder or above it`,
        'Write one (docs/config.md), or name it with --config.',
      );
    }
  }
}

/** @throws InputError */
export function readText(path: string): string {
  try {
    // A byte order mark is no part of the text.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw fileError(
      'file_unreadable',
      path,
      `the file can't be read (${errorCode(error)})`,
      'Correct the path, or make the file readable.',
    );
  }
}

/** The text of a file that may be missing. */
export function readTextIfPresent(path: string): string | undefined {
  return existsSync(path) ? readText(path) : undefined;
}

/** The names in a folder, sorted; none where there is no folder. */
export function listFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path).sort();
  } catch (error) {
    throw fileError(
      'file_unreadable',
      path,
      `the folder can't be read (${errorCode(error)})`,
      'There must be a readable folder here, or nothing.',
    );
  }
}

/** Reads a catalog's files: an auth0-deploy-cli folder, or one file. */
export function readCatalogFiles(path: string): CatalogFiles {
  if (!existsSync(path)) {
    throw fileError(
      'file_unreadable',
      path,
      'there is no such file or folder',
      'Correct "catalog" in the config, or export the tenant there (a0deploy export).',
    );
  }
  if (!statSync(path).isDirectory()) return { kind: 'file', file: namedFile(path) };
  const apis = readJsonFiles(join(path, 'resource-servers'));
  const roles = readJsonFiles(join(path, 'roles'));
  const yaml = join(path, 'tenant.yaml');
  if (apis.length === 0 && roles.length === 0) {
    if (existsSync(yaml)) return { kind: 'file', file: namedFile(yaml) };
    throw fileError(
      'catalog_invalid',
      path,
      'the folder holds neither resource-servers/*.json nor tenant.yaml',
      'Export the tenant there: a0deploy export --format directory.',
    );
  }
  return { kind: 'folder', folder: path, apis, roles };
}

function readJsonFiles(folder: string): CatalogFile[] {
  return listFolder(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => namedFile(join(folder, name)));
}

function namedFile(path: string): CatalogFile {
  return { file: path, text: readText(path) };
}

/** The text of a file that ships with a package, by its import specifier. */
export function readPackageFile(specifier: string): string {
  return readFileSync(fileURLToPath(import.meta.resolve(specifier)), 'utf8');
}

/** A file as a stream of bytes, and how many there are. */
export interface ByteStream {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Unknown for standard input. */
  readonly size?: number;
}

/** @throws InputError, while opening and while reading */
export function openStream(path: string): ByteStream {
  const unreadable = (error: unknown) =>
    fileError(
      'file_unreadable',
      path,
      `the file can't be read (${errorCode(error)})`,
      'Correct the path, or make the file readable.',
    );
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw unreadable(error);
    }
  }
  try {
    return { bytes: read(), size: statSync(path).size };
  } catch (error) {
    throw unreadable(error);
  }
}

/** A file that is written line by line as they come, and left in place when a run breaks off. */
export interface LineWriter {
  write(line: string): void;
  close(): void;
}

/** @throws InputError */
export function openLineWriter(path: string): LineWriter {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'w');
    return { write: (line) => writeSync(file, `${line}\n`), close: () => closeSync(file) };
  } catch (error) {
    throw fileError(
      'file_unwritable',
      path,
      `the file can't be written (${errorCode(error)})`,
      'Free the path or some space, or choose another file.',
    );
  }
}

/** Lends a folder that is gone afterwards. */
export function withTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function fileError(
  code: ProblemCode,
  path: string | undefined,
  message: string,
  mend: string,
): InputError {
  return new InputError([{ code, message, mend, ...(path === undefined ? {} : { file: path }) }]);
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

/**
 * A file's lines one by one, as it may be larger than memory.
 * @throws InputError
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw fileError(
      'file_unreadable',
      path,
      `the file can't be read (${errorCode(error)})`,
      'Correct the path, or make the file readable.',
    );
  } finally {
    stream.destroy();
  }
}
