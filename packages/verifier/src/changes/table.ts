// All changes that one verifier knows of, joined: for each scope and name the latest time wins, so order, repetition and
// batches don't matter. Bounded: what doesn't fit is forgotten by moving the horizon up, which refuses old tokens.
import type { Evidence } from './mark.ts';
import { Marks } from './marks.ts';
import { Owners } from './owners.ts';
import type { ReadRecord } from './record.ts';
import { readRecord } from './record.ts';
import type { TokenScope } from './scopes.ts';

export interface ChangeTableOptions {
  /** The audience's name in claimgen.config: records of others are passed over. */
  readonly audience: string;
  /** The names that the layout has: others are passed over, and counted. */
  readonly names: { has(name: string): boolean };
  /** How many records of users are kept, and as many of organizations. By default 100,000. */
  readonly limit?: number;
}

/** Whose tokens are asked about. */
export interface TokenOwner extends TokenScope {
  readonly sub: string;
}

/** The number is another one whenever an answer may have changed. */
export interface TableVersion {
  number: number;
}

/** What a verifier has read so far. */
export interface ChangeCounts {
  /** Records of this audience that have been applied, repetitions included. */
  readonly applied: number;
  /** Records with a part that couldn't be read: they were taken for more than they may have said. */
  readonly widened: number;
  /** Names that the layout doesn't have. */
  readonly unknownNames: number;
  /** Records of users and organizations that are kept. */
  readonly kept: number;
}

/** How many records without a readable time are remembered, with the time that they were given, and how long they may be. */
const MAX_UNREADABLE = 1000;
const MAX_UNREADABLE_LENGTH = 1000;
/** Milliseconds that the horizon moves before the tables are searched for what lies below it. */
const SWEEP = 60_000;

export class ChangeTable {
  /** Its number is another one whenever an answer may have changed; for those who keep what they found out. */
  readonly version: TableVersion = { number: 0 };
  readonly #audience: string;
  readonly #names: { has(name: string): boolean };
  readonly #everyone: readonly Marks[];
  /** Of everyone, machines excepted, and the marks of `#everyone`. */
  readonly #users: readonly Marks[];
  readonly #subjects: Owners;
  readonly #organizations: Owners;
  readonly #unreadable: Map<string, number> = new Map();
  #horizon = 0;
  #swept = 0;
  #applied = 0;
  #widened = 0;
  #unknownNames = 0;

  constructor({ audience, names, limit = 100_000 }: ChangeTableOptions) {
    this.#audience = audience;
    this.#names = names;
    const everyone = new Marks();
    this.#everyone = [everyone];
    this.#users = [everyone, new Marks()];
    this.#subjects = new Owners(limit);
    this.#organizations = new Owners(limit);
  }

  /** Milliseconds since 1970: records of this time and before may have been forgotten. 0 where none has. */
  get horizon(): number {
    return this.#horizon;
  }

  get counts(): ChangeCounts {
    return {
      applied: this.#applied,
      widened: this.#widened,
      unknownNames: this.#unknownNames,
      kept: this.#subjects.size + this.#organizations.size,
    };
  }

  /** `unknownAt`: the time, in ms since 1970, that records are given whose own can't be read. */
  apply(records: readonly unknown[], unknownAt: number): void {
    for (const record of records) this.#add(readRecord(record, this.#firstSeen(record, unknownAt)));
    if (records.length === 0) return;
    for (const owners of [this.#subjects, this.#organizations]) {
      const horizon = owners.overflow();
      if (horizon !== undefined) this.raiseHorizon(horizon);
    }
  }

  /** A horizon never goes back: what one log has forgotten, another one's word doesn't bring back. */
  raiseHorizon(horizon: number): void {
    if (!(horizon > this.#horizon)) return;
    this.#horizon = horizon;
    this.version.number += 1;
    const isFull = [this.#subjects, this.#organizations].some((owners) => owners.overflow() !== undefined);
    if (!isFull && horizon - this.#swept < SWEEP) return;
    this.#swept = horizon;
    // Tokens that these could be about are refused by the horizon.
    for (const marks of this.#users) marks.forget(horizon);
    for (const owners of [this.#subjects, this.#organizations]) owners.forget(horizon);
  }

  /** What speaks about tokens of an owner; to be asked again when the version is another. */
  evidence(token: TokenOwner): readonly Evidence[] {
    const everyone = token.machine ? this.#everyone : this.#users;
    const own = this.#subjects.evidence(token.sub, token);
    const organization = token.org === undefined ? [] : this.#organizations.evidence(token.org, token);
    return own.length + organization.length === 0 ? everyone : [...everyone, ...organization, ...own];
  }

  #add(record: ReadRecord): void {
    if (record.widened) this.#widened += 1;
    if (record.aud !== undefined && record.aud !== this.#audience) return;
    this.#applied += 1;
    // Below the horizon it can change nothing.
    if (record.at <= this.#horizon) return;
    const known = { ...record, lost: this.#known(record.lost), gained: this.#known(record.gained) };
    if (!known.out && known.lost.length === 0 && known.gained.length === 0) return;
    this.version.number += 1;
    if (known.sub !== undefined) this.#subjects.add(known.sub, known);
    else if (known.org !== undefined) this.#organizations.add(known.org, known);
    else this.#users[known.usersOnly ? 1 : 0]?.add(known);
  }

  #known(names: readonly string[] | '*'): readonly string[] | '*' {
    if (names === '*') return names;
    const known = names.filter((name) => this.#names.has(name));
    this.#unknownNames += names.length - known.length;
    return known;
  }

  /** A record that comes again with each snapshot must not be a new change each time. */
  #firstSeen(record: unknown, unknownAt: number): number {
    if (typeof record === 'object' && record !== null && Number.isFinite((record as { at?: unknown }).at))
      return unknownAt;
    const text = spell(record);
    if (text === undefined || text.length > MAX_UNREADABLE_LENGTH) return unknownAt;
    const first = this.#unreadable.get(text);
    if (first !== undefined) return first;
    if (this.#unreadable.size < MAX_UNREADABLE) this.#unreadable.set(text, unknownAt);
    return unknownAt;
  }
}

function spell(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
