/**
 * The lines of a journal's file. Each is a checksum and JSON, and is written with a line break before and one after it, in one
 * write: a line that a process could not finish before it died ends where the next begins, and is told from one that was
 * finished and then damaged by the empty line that is missing.
 */
import { crc32 } from 'node:zlib';
import { ChangesError } from '../errors.ts';

export type JournalLine =
  /** The first of a file. `size`: bytes that the file began with, for who decides when it has grown. */
  | { readonly journal: 1; readonly epoch: string; readonly horizon: number; readonly size: number }
  | { readonly records: readonly unknown[] }
  /** What comes after this is not part of the log: there is a newer file. */
  | { readonly sealed: true };

export function encodeLine(line: JournalLine): Buffer {
  const json = JSON.stringify(line);
  return Buffer.from(`\n${checksum(json)} ${json}\n`);
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

/** A line and the place after it. */
export interface PlacedLine {
  readonly line: JournalLine;
  /** As it is written, without its checksum. */
  readonly json: string;
  /** Bytes from the beginning of the file. */
  readonly end: number;
}

/** Milliseconds that a line at the end of a file may be half written, as it looks to somebody who reads it meanwhile. */
const WRITING = 1000;

const BREAK = 0x0a;
/** Where the JSON of a line begins, after 8 hexadecimal digits and a space. */
const JSON_AT = 9;

/** Reads a file as it grows. */
export class LineReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Where `#rest` begins. */
  #offset: number;
  #halfSince: number | undefined;

  /** `offset`: where the first bytes come from. */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Where the next bytes have to come from. */
  get next(): number {
    return this.#offset + this.#rest.length;
  }

  /** Takes the bytes at `next`. `monotonic`: milliseconds. Throws `log_corrupt`. */
  push(bytes: Buffer, monotonic: number): PlacedLine[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const lines: PlacedLine[] = [];
    let start = 0;
    for (;;) {
      const end = this.#rest.indexOf(BREAK, start);
      if (end < 0) break;
      if (end > start) {
        const text = this.#rest.toString('utf8', start, end);
        const line = decodeLine(text);
        if (line !== undefined) lines.push({ line, json: text.slice(JSON_AT), end: this.#offset + end + 1 });
        else if (this.#rest.length === end + 1) {
          // Nobody has written after it: it may be on its way, and torn or damaged can't be told yet.
          this.#halfSince ??= monotonic;
          if (monotonic - this.#halfSince > WRITING) throw corrupt(this.#offset + start);
          break;
        } else if (this.#rest[end + 1] === BREAK) throw corrupt(this.#offset + start);
      }
      this.#halfSince = undefined;
      start = end + 1;
    }
    this.#rest = Buffer.from(this.#rest.subarray(start));
    this.#offset += start;
    return lines;
  }
}

/** Undefined for what is no line. */
function decodeLine(text: string): JournalLine | undefined {
  const json = text.slice(JSON_AT);
  if (text[JSON_AT - 1] !== ' ' || checksum(json) !== text.slice(0, 8)) return undefined;
  try {
    const line: unknown = JSON.parse(json);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false;
  if ('records' in value) return Array.isArray(value.records);
  if ('sealed' in value) return value.sealed === true;
  const { journal, epoch, horizon, size } = value as Record<string, unknown>;
  return (
    journal === 1 && typeof epoch === 'string' && typeof horizon === 'number' && typeof size === 'number'
  );
}

function corrupt(offset: number): ChangesError {
  return new ChangesError(
    'log_corrupt',
    `the journal is damaged at byte ${offset}`,
    'Replace it by `claimgen log init --lost`: everybody refreshes once, and nobody passes by a record that is lost',
  );
}
