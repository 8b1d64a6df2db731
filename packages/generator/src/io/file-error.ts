// What keeps a file from being read or written, in words.
import { InputError, type ProblemCode } from '../errors.ts';

export function fileError(
  code: ProblemCode,
  path: string | undefined,
  message: string,
  fix: string,
): InputError {
  return new InputError([{ code, message, fix, ...(path === undefined ? {} : { file: path }) }]);
}

/** Why the system refused. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return Object.hasOwn(REASONS, code) ? (REASONS[code] ?? code) : code;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is none',
  EISDIR: 'there is a folder in its place',
  EEXIST: 'something else is in its place',
  ENOTDIR: 'there is a file where a folder must be',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};
