import { closeSync, createReadStream, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError, reasonOf } from './files.ts';

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
      `the file can't be written: ${reasonOf(error)}`,
      'Free the path or some space, or choose another file.',
    );
  }
}
