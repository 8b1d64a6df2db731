import { type Quantiles, SizeHistogram } from '../model/size-histogram.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import type { TokenSizes } from '../sizing/token-size.ts';

/** How large the tokens of a population are for one audience. Sizes are bytes. */
export interface PopulationSizes {
  readonly claim: Quantiles;
  readonly line: Quantiles;
  /** How many users' lines pass the budget. */
  readonly over: number;
}

/** A user and the size of the line with the token. */
export interface SizedUser {
  readonly id: string;
  readonly line: number;
}

export interface AudiencePopulation extends PopulationSizes {
  readonly name: string;
  readonly budget: number;
  /** What the size proof says that no user passes. */
  readonly bound: number;
  /** Those over the budget, in the order that they came in; at most 1,000. */
  readonly overflowing: readonly SizedUser[];
  /** The largest lines, at most 10. */
  readonly largest: readonly SizedUser[];
  /** Users with permissions assigned directly, which no source of this audience reads. */
  readonly directUnread: number;
  /** Users whose id is longer than the proof allows for (token.subjectBytes). */
  readonly subjectTooLong: number;
  /** Against another config; absent where it lacks the audience, or none is compared with. */
  readonly change?: PopulationChange;
}

/** What a change of config does to the population. */
export interface PopulationChange {
  readonly base: PopulationSizes;
  readonly grown: number;
  readonly shrunk: number;
  /** The largest growth of a line. */
  readonly mostGrown: number;
  /** Users that come to be over the budget, at most 1,000 by id, and how many they are. */
  readonly newlyOver: number;
  readonly newlyOverflowing: readonly SizedUser[];
  readonly noLongerOver: number;
}

const MAX_LISTED = 1000;
const MAX_LARGEST = 10;

export interface TallyInput {
  readonly name: string;
  readonly sizes: TokenSizes;
  readonly budget: number;
  readonly bound: number;
  readonly base?: { readonly sizes: TokenSizes; readonly budget: number } | undefined;
  /** Whether to count direct permissions that no source reads. */
  readonly countsUnread: boolean;
  /** Takes each user over the budget, beyond those that are kept. */
  readonly onOver?: ((user: SizedUser) => void) | undefined;
}

/** Counts users one by one, in memory that does not grow with them. */
export class AudienceTally {
  readonly #input: TallyInput;
  readonly #now = new Sizes();
  readonly #base = new Sizes();
  readonly #overflowing: SizedUser[] = [];
  readonly #newlyOverflowing: SizedUser[] = [];
  #largest: SizedUser[] = [];
  #directUnread = 0;
  #subjectTooLong = 0;
  #grown = 0;
  #shrunk = 0;
  #mostGrown = 0;
  #newlyOver = 0;
  #noLongerOver = 0;

  constructor(input: TallyInput) {
    this.#input = input;
  }

  add(user: PopulationUser): void {
    const { sizes, budget, base, countsUnread, onOver } = this.#input;
    const { claim, line } = sizes.measure(user);
    const isOver = line > budget;
    this.#now.add(claim, line, isOver);
    if (isOver) {
      const sized = { id: user.id, line };
      if (this.#overflowing.length < MAX_LISTED) this.#overflowing.push(sized);
      onOver?.(sized);
    }
    this.#keepLargest(user.id, line);
    if (countsUnread && user.direct.length > 0 && !sizes.readsDirect) this.#directUnread++;
    if (sizes.isSubjectTooLong(user)) this.#subjectTooLong++;
    if (base !== undefined) this.#compare(user, line, isOver, base);
  }

  result(): AudiencePopulation {
    const { name, budget, bound, base } = this.#input;
    return {
      name,
      budget,
      bound,
      ...this.#now.result(),
      overflowing: this.#overflowing,
      largest: this.#largest,
      directUnread: this.#directUnread,
      subjectTooLong: this.#subjectTooLong,
      ...(base === undefined
        ? {}
        : {
            change: {
              base: this.#base.result(),
              grown: this.#grown,
              shrunk: this.#shrunk,
              mostGrown: this.#mostGrown,
              newlyOver: this.#newlyOver,
              newlyOverflowing: this.#newlyOverflowing,
              noLongerOver: this.#noLongerOver,
            },
          }),
    };
  }

  #keepLargest(id: string, line: number): void {
    const smallest = this.#largest[MAX_LARGEST - 1];
    if (smallest !== undefined && line <= smallest.line) return;
    this.#largest = [...this.#largest, { id, line }].sort((a, b) => b.line - a.line).slice(0, MAX_LARGEST);
  }

  #compare(
    user: PopulationUser,
    line: number,
    isOver: boolean,
    { sizes, budget }: NonNullable<TallyInput['base']>,
  ): void {
    const base = sizes.measure(user);
    const wasOver = base.line > budget;
    this.#base.add(base.claim, base.line, wasOver);
    if (line > base.line) this.#grown++;
    if (line < base.line) this.#shrunk++;
    this.#mostGrown = Math.max(this.#mostGrown, line - base.line);
    if (wasOver && !isOver) this.#noLongerOver++;
    if (wasOver || !isOver) return;
    this.#newlyOver++;
    if (this.#newlyOverflowing.length < MAX_LISTED) this.#newlyOverflowing.push({ id: user.id, line });
  }
}

class Sizes {
  readonly #claim = new SizeHistogram();
  readonly #line = new SizeHistogram();
  #over = 0;

  add(claim: number, line: number, isOver: boolean): void {
    this.#claim.add(claim);
    this.#line.add(line);
    if (isOver) this.#over++;
  }

  result(): PopulationSizes {
    return { claim: this.#claim.quantiles(), line: this.#line.quantiles(), over: this.#over };
  }
}
