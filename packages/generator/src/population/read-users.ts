import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../errors.ts';
import type { ByteStream } from '../io/stream-files.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { parseUser } from './parse-user.ts';

/** Where users are read from. */
export interface UsersFile extends ByteStream {
  /** As messages name it; one that ends in `.gz` is unpacked, as Auth0's exports come so. */
  readonly file: string;
}

/**
 * Users from NDJSON, one a line, as they come.
 * @param onBytes takes the number of bytes read since the last call
 * @throws InputError
 */
export async function* readUsers(
  users: UsersFile,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<PopulationUser> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of users.bytes) {
      onBytes(chunk.length);
      yield chunk;
    }
  }
  const bytes = Readable.from(counted(), { objectMode: false });
  const unpacked = users.file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // An error of the file would otherwise leave the unpacking waiting.
  bytes.on('error', (error) => unpacked.destroy(error));
  let number = 0;
  try {
    for await (const line of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
      if (text.trim() !== '') yield parseUser(text, users.file, number);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError([
      {
        code: 'users_invalid',
        file: users.file,
        message: `the file can't be read further (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'})`,
        fix: 'Export the users again.',
      },
    ]);
  }
}
