// Starts a long run over bytes: a file, or standard input.
import { createReadStream, statSync } from 'node:fs';
import { fileError, reasonOf } from './file-error.ts';

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
      `the file can't be read: ${reasonOf(error)}`,
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
