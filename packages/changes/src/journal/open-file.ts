/** One file of a journal, read from some place on. */

import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { ChangesError } from '../errors.ts';
import { lastFile, missing, pathOf, unavailable } from './files.ts';
import type { PlacedLine } from './line.ts';
import { LineReader } from './line.ts';

const BLOCK = 1 << 18;

export class OpenFile {
  readonly number: number;
  readonly epoch: string;
  readonly horizon: number;
  /** Bytes that it began with. */
  readonly startSize: number;
  /** Where its first line ends. */
  readonly headerEnd: number;
  readonly #folder: string;
  readonly #handle: FileHandle;
  #reader: LineReader;

  private constructor(
    folder: string,
    number: number,
    handle: FileHandle,
    header: PlacedLine,
    reader: LineReader,
  ) {
    if (!('journal' in header.line)) throw notJournal(folder);
    this.number = number;
    this.epoch = header.line.epoch;
    this.horizon = header.line.horizon;
    this.#folder = folder;
    this.#handle = handle;
    this.startSize = header.line.size;
    this.headerEnd = header.end;
    this.#reader = reader;
  }

  /** Undefined where the file is gone. */
  static async open(folder: string, number: number, mode: 'read' | 'append'): Promise<OpenFile | undefined> {
    let handle: FileHandle;
    try {
      // Not `a+`, which would make a file that is gone.
      handle = await open(
        pathOf(folder, number),
        mode === 'read' ? 'r' : constants.O_RDWR | constants.O_APPEND,
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unavailable(error);
    }
    try {
      const block = Buffer.alloc(1024);
      const { bytesRead } = await handle.read(block, 0, block.length, 0);
      const [header] = new LineReader(0).push(block.subarray(0, bytesRead), 0);
      if (header === undefined) throw notJournal(folder);
      return new OpenFile(folder, number, handle, header, new LineReader(header.end));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Reads on from a place that a line of this file ended at; from the beginning where there can be none. */
  async seek(place: number): Promise<boolean> {
    const { size } = await this.#handle.stat();
    const isThere = Number.isSafeInteger(place) && place >= this.headerEnd && place <= size;
    this.#reader = new LineReader(isThere ? place : this.headerEnd);
    return isThere;
  }

  /** The lines that are new since the last call. Throws `log_corrupt` and `log_unavailable`. */
  async *lines(): AsyncGenerator<PlacedLine, void, undefined> {
    const block = Buffer.alloc(BLOCK);
    for (;;) {
      const { bytesRead } = await this.#handle.read(block, 0, BLOCK, this.#reader.next).catch((error) => {
        throw unavailable(error);
      });
      yield* this.#reader.push(Buffer.from(block.subarray(0, bytesRead)), performance.now());
      if (bytesRead === 0) return;
    }
  }

  /** Durable when this resolves, in this file at least. */
  async append(bytes: Buffer): Promise<void> {
    try {
      const { bytesWritten } = await this.#handle.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error('the disk took a part of it');
      await this.#handle.sync();
    } catch (error) {
      throw unavailable(error);
    }
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** Whether it is still the file with its name. */
  async isThere(): Promise<boolean> {
    const there = await stat(pathOf(this.#folder, this.number)).catch(() => undefined);
    const own = await this.#handle.stat();
    return there?.ino === own.ino && there.dev === own.dev;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The file that counts now, which another process may have replaced in the meantime. */
export async function openLast(folder: string, mode: 'read' | 'append'): Promise<OpenFile> {
  for (;;) {
    const number = await lastFile(folder);
    if (number === undefined) throw missing(folder);
    const file = await OpenFile.open(folder, number, mode);
    if (file !== undefined) return file;
  }
}

function notJournal(folder: string): ChangesError {
  return new ChangesError(
    'log_corrupt',
    `${folder} holds a file that is no journal`,
    'Give the folder of a journal',
  );
}
