// The file of --clients: by client id, quotas and public keys.
import type { ClientOptions } from '@claimgen/token-cache';
import { InputError } from '../errors.ts';
import { readText } from '../io/files.ts';

/** @throws InputError */
export function readClientFile(path: string): Readonly<Record<string, ClientOptions>> {
  const invalid = (message: string): InputError =>
    new InputError([
      {
        code: 'config_invalid',
        file: path,
        message,
        fix: 'Write {"<client id>": {"grantsPerDay": 100, "keys": {"keys": []}}}.',
      },
    ]);
  let value: unknown;
  try {
    value = JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    // What the parser says repeats a part of the file.
    throw invalid('the file is not JSON');
  }
  const isObject = (member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member);
  if (!isObject(value) || !Object.values(Object(value)).every(isObject))
    throw invalid('the file must be an object with an object for each client id');
  return value as Readonly<Record<string, ClientOptions>>;
}
