// The size of one user's token: what the proof adds up, with this user's claim and subject in place of the longest.
import { bodyLength, type ClaimTable } from '@claimgen/action-runtime';
import { base64urlLength } from '#auth0/access-token';
import { dialectWithoutStock, withoutStock } from '../budget/stock-claim.ts';
import { proveToken } from '../budget/token-proof.ts';
import { asOfBytes, jsonBytes } from '../budget/worst-claim.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { claimTable } from '../plan/claim-table.ts';
import { HeldPlaces } from './held-places.ts';
import type { PopulationUser } from './population-user.ts';
import { StockNames } from './stock-names.ts';

const SUBJECT_NAME = '"sub":'.length;

/** How large one user's token for one audience is. */
export interface TokenSize {
  /** Characters of the claim's value as JSON text, in UTF-8 bytes. */
  readonly claim: number;
  /** Bytes of the line `Authorization: Bearer <token>` and its CRLF. */
  readonly line: number;
}

/** Sizes the tokens of one audience, user by user, as the encoder that the Action carries would write them. */
export class TokenSizes {
  readonly #held: HeldPlaces;
  readonly #claimBytes: (places: readonly number[]) => number;
  /** The longest `sub` that the size proof allows for, in bytes of JSON with its quotes. */
  readonly #longestSubject: number;
  /** Bytes of the line but for the payload, and of the payload but for the claim's value and the subject. */
  readonly #frame: number;
  readonly #payload: number;

  /** The user's own part in Auth0's claim, where Auth0 writes it. */
  readonly #stock: StockNames | undefined;

  constructor(proven: AudiencePlan, held: HeldPlaces = new HeldPlaces(proven)) {
    const hasStock = proven.audience.claim !== 'permissions' && dialectWithoutStock(proven) !== undefined;
    this.#stock = hasStock ? new StockNames(proven) : undefined;
    const input = hasStock ? withoutStock(proven) : proven;
    const { audience, environment, catalog, layout, selected, sample } = input;
    this.#held = held;
    this.#claimBytes = claimBytes(claimTable(audience, layout));
    const proof = proveToken({ audience, environment, catalog, selected, claimBytes: 0, sample });
    const subject = proof.terms.find(({ name }) => name === 'sub');
    this.#longestSubject = (subject?.bytes ?? 0) - SUBJECT_NAME;
    this.#payload = proof.payload - this.#longestSubject;
    this.#frame = proof.line - base64urlLength(proof.payload);
  }

  /** Whether a source of the audience holds permissions that are assigned to users directly. */
  get readsDirect(): boolean {
    return this.#held.readsDirect;
  }

  /** The size of this user's token. */
  measure(user: PopulationUser): TokenSize {
    return this.measureHeld(this.#held.of(user), user);
  }

  /**
   * The size of a user's token.
   * @param places those that the user holds, ascending
   */
  measureHeld(places: readonly number[], user: PopulationUser): TokenSize {
    const claim = this.#claimBytes(places);
    const stock = this.#stock?.bytes(user) ?? 0;
    return {
      claim,
      line: this.#frame + base64urlLength(this.#payload + jsonBytes(user.id) + claim + stock),
    };
  }

  /** Whether the proof's bound does not hold for this user, whose id is longer than it allows for. */
  isSubjectTooLong(user: PopulationUser): boolean {
    return jsonBytes(user.id) > this.#longestSubject;
  }
}

/** Bytes of the claim's JSON text by the places held. */
function claimBytes(table: ClaimTable): (places: readonly number[]) => number {
  if (table.encoding === 'bitset') return (places) => bitsetBytes(table, places);
  // [, each name with a comma but the last, ]
  const sizes = Uint32Array.from(table.names, (name) => jsonBytes(name) + 1);
  return (places) =>
    Math.max(
      2,
      places.reduce((sum, place) => sum + (sizes[place] as number), 1),
    );
}

function bitsetBytes(table: ClaimTable, places: readonly number[]): number {
  const { ids, ends } = table;
  const last = places[places.length - 1] ?? 0;
  const generations = 1 + ends.findIndex((end) => last < end);
  // Quotes, ids, a dot, the body, the as-of with its dot.
  let bytes = 2 + 1 + bodyLength(places) + asOfBytes(table);
  for (let index = 0; index < generations; index++) bytes += (ids[index] as string).length;
  return bytes;
}
