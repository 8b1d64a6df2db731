// A value of a tenant export while it is read: where it is, what it may be, and what is wrong with it.
import type { ProblemList } from '../source-text/problem-list.ts';
import type { ValuePath } from '../source-text/source-text.ts';
import { type ExportSource, keywordProblem } from './export-text.ts';
import { type KeywordComment, unresolvedKeyword } from './placeholders.ts';

/** A value of an export, by the way to it. */
export class Entry {
  readonly value: unknown;
  readonly #source: ExportSource;
  readonly #problems: ProblemList;
  readonly #parent: Entry | undefined;
  readonly #key: string | number | undefined;

  private constructor(
    source: ExportSource,
    problems: ProblemList,
    value: unknown,
    parent?: Entry,
    key?: string | number,
  ) {
    this.#source = source;
    this.#problems = problems;
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** @param problems takes what is wrong */
  static rootOf(source: ExportSource, problems: ProblemList): Entry {
    return new Entry(source, problems, source.value);
  }

  /** The same, telling another list what is wrong. */
  withProblems(problems: ProblemList): Entry {
    return new Entry(this.#source, problems, this.value, this.#parent, this.#key);
  }

  /** What an object has under a key; undefined where it has none, or is no object. */
  field(key: string): Entry {
    const { value } = this;
    const has = isObject(value) && Object.hasOwn(value, key);
    return new Entry(this.#source, this.#problems, has ? value[key] : undefined, this, key);
  }

  /** Whether there is neither a value nor a keyword that may be one. */
  get isAbsent(): boolean {
    return (this.value === undefined || this.value === null) && this.keyword === undefined;
  }

  /** The keyword here that nothing replaces: in the string, in a name of the object's keys, or beside the value in the file. */
  get keyword(): string | undefined {
    return this.#keywordInside()?.keyword ?? this.#keywordBeside()?.keyword;
  }

  /** A string as the file has it, keywords that nothing replaces included; undefined for anything else. */
  get written(): string | undefined {
    return typeof this.value === 'string' ? this.#source.restore(this.value) : undefined;
  }

  /** A string that no keyword leaves open; undefined for anything else. */
  get known(): string | undefined {
    return this.keyword === undefined ? this.written : undefined;
  }

  /** What a string may come to be, once keywords in it and beside it are replaced; undefined for anything else. */
  get pattern(): string | undefined {
    const { written } = this;
    return written === undefined ? undefined : written + (this.#keywordBeside()?.keyword ?? '');
  }

  /** Tells what is wrong with this value. */
  refuse(message: string, fix: string): undefined {
    this.#problems.add(() => this.#source.problem('catalog_invalid', this.#path, message, fix));
    return undefined;
  }

  /** Refuses a value that a keyword leaves open. */
  refuseKeyword(): boolean {
    const inside = this.#keywordInside();
    const beside = inside === undefined ? this.#keywordBeside() : undefined;
    const keyword = inside?.keyword ?? beside?.keyword;
    if (keyword === undefined) return false;
    const { message, fix } = keywordProblem(keyword);
    const source = this.#source;
    this.#problems.add(() => {
      const problem = source.problem('catalog_invalid', this.#path, message, fix, inside?.key);
      if (beside === undefined) return problem;
      const isComment = 'If it is a comment, begin it with # and a space.';
      return { ...problem, ...source.positionOf(beside.offset), fix: `${fix} ${isComment}` };
    });
    return true;
  }

  /** A string that must be there. */
  requiredString(): string | undefined {
    if (this.refuseKeyword()) return undefined;
    if (typeof this.value === 'string' && this.value !== '') return this.written;
    const isEmpty = this.value === undefined || this.value === null || this.value === '';
    if (isEmpty && typeof this.#key === 'string') {
      const key = JSON.stringify(this.#key);
      return this.#parent?.refuse(`there is no ${key} here`, `Add ${key}, or export the tenant again.`);
    }
    return this.refuse(
      `${this.name} must be a string, and is ${describe(this.value)}`,
      stringFix(this.value),
    );
  }

  /** True or false; undefined where there is no value. */
  optionalBoolean(): boolean | undefined {
    if (this.isAbsent || this.refuseKeyword()) return undefined;
    if (typeof this.value === 'boolean') return this.value;
    return this.refuse(
      `${this.name} must be true or false, and is ${describe(this.value)}`,
      'Write true or false, without quotes.',
    );
  }

  /**
   * The entries of an array; none where there is no value, or it can't be read.
   * @param form what to write, where it is anything else
   */
  optionalArray(form: string): readonly Entry[] {
    if (this.isAbsent || this.refuseKeyword()) return [];
    if (!Array.isArray(this.value)) {
      this.refuse(`${this.name} must be an array, and is ${describe(this.value)}`, form);
      return [];
    }
    return (this.value as unknown[]).map(
      (value, index) => new Entry(this.#source, this.#problems, value, this, index),
    );
  }

  /** A keyword that is part of the value, and the key that has it, where one does. */
  #keywordInside(): { readonly keyword: string; readonly key?: string } | undefined {
    if (!this.#source.hasKeywords) return undefined;
    const { written } = this;
    const keyword = written === undefined ? undefined : unresolvedKeyword(written);
    if (keyword !== undefined) return { keyword };
    if (!isObject(this.value)) return undefined;
    for (const key of Object.keys(this.value)) {
      const found = unresolvedKeyword(this.#source.restore(key));
      if (found !== undefined) return { keyword: found, key };
    }
    return undefined;
  }

  #keywordBeside(): KeywordComment | undefined {
    return this.#source.hasKeywords ? this.#source.keywordBeside(this.#path) : undefined;
  }

  get name(): string {
    return typeof this.#key === 'string' ? JSON.stringify(this.#key) : 'this';
  }

  get #path(): ValuePath {
    const path: (string | number)[] = [];
    let entry: Entry = this;
    while (entry.#parent !== undefined) {
      path.push(entry.#key as string | number);
      entry = entry.#parent;
    }
    return path.reverse();
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, in the words of JSON; of YAML's, dates and bytes. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  if (ArrayBuffer.isView(value)) return 'binary data';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? JSON.stringify(value) : `the ${typeof value} ${String(value)}`;
}

function stringFix(value: unknown): string {
  const isWritten = typeof value === 'number' || typeof value === 'boolean' || value instanceof Date;
  return isWritten ? 'Put quotes around it.' : 'Write a string.';
}
