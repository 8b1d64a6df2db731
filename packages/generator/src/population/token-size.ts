import { type ClaimTable, encodeClaim } from '@claimgen/action-runtime';
import { base64urlLength } from '#auth0/access-token';
import { dialectWithoutStock, withoutStock } from '../budget/stock-claim.ts';
import { proveToken } from '../budget/token-proof.ts';
import { jsonBytes } from '../budget/worst-claim.ts';
import { PermissionMap } from '../catalog/permission-map.ts';
import type { AudienceReportInput } from '../plan/audience-plan.ts';
import { claimTable } from '../plan/claim-table.ts';
import { requestable } from '../selection/requestable.ts';
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

/** Sizes the tokens of one audience, user by user, with the encoder that the Action carries. */
export class TokenSizes {
  /** Whether a source of the audience holds permissions that are assigned to users directly. */
  readonly readsDirect: boolean;
  /** The longest `sub` that the size proof allows for, in bytes of JSON with its quotes. */
  readonly #longestSubject: number;
  readonly #table: ClaimTable;
  readonly #paths: readonly (readonly string[])[];
  readonly #placesOfRole = new Map<string, readonly number[]>();
  readonly #placeOfName = new Map<string, number>();
  readonly #placeOf = new PermissionMap<number>();
  readonly #held: Uint8Array;
  /** Bytes of the line but for the payload, and of the payload but for the claim's value and the subject. */
  readonly #frame: number;
  readonly #payload: number;

  /** The user's own part in Auth0's claim, where Auth0 writes it. */
  readonly #stock: StockNames | undefined;

  constructor(proven: AudienceReportInput) {
    const hasStock = proven.audience.claim !== 'permissions' && dialectWithoutStock(proven) !== undefined;
    this.#stock = hasStock ? new StockNames(proven) : undefined;
    const input = hasStock ? withoutStock(proven) : proven;
    const { audience, environment, catalog, layout, selection, sample } = input;
    const selected = selection.byEnvironment.get(environment) ?? new Map();
    this.#table = claimTable(audience, layout);
    this.readsDirect = audience.sources.some(({ kind }) => kind !== 'roles');
    this.#paths = audience.sources.flatMap((source) => (source.kind === 'event' ? [source.path] : []));
    const possible = requestable(audience, selected);
    this.#table.names.forEach((name, place) => {
      const permission = possible.get(name);
      if (permission === undefined) return;
      this.#placeOfName.set(name, place);
      this.#placeOf.set(permission, place);
    });
    // Any source but a list in the event knows what roles grant.
    if (audience.sources.some(({ kind }) => kind !== 'event')) {
      for (const { name, permissions } of catalog.roles) {
        const places = this.#placeOf.valuesOf(permissions);
        if (places.length > 0) this.#placesOfRole.set(name, places);
      }
    }
    this.#held = new Uint8Array(this.#table.names.length);
    const proof = proveToken({ audience, environment, catalog, selected, claimBytes: 0, sample });
    const subject = proof.terms.find(({ name }) => name === 'sub');
    this.#longestSubject = (subject?.bytes ?? 0) - SUBJECT_NAME;
    this.#payload = proof.payload - this.#longestSubject;
    this.#frame = proof.line - base64urlLength(proof.payload);
  }

  /** How many places the layout has. */
  get places(): number {
    return this.#held.length;
  }

  /** The size of this user's token. */
  measure(user: PopulationUser): TokenSize {
    const claim = jsonBytes(encodeClaim(this.#table, this.#placesOf(user)));
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

  #placesOf(user: PopulationUser): number[] {
    const held = this.#held.fill(0);
    for (const role of user.roles) {
      for (const place of this.#placesOfRole.get(role) ?? []) held[place] = 1;
    }
    if (this.readsDirect) {
      for (const permission of user.direct) this.#add(permission);
      for (const path of this.#paths) for (const name of namesAt(path, user)) this.#add(name);
    }
    const places: number[] = [];
    for (let place = 0; place < held.length; place++) if (held[place] === 1) places.push(place);
    return places;
  }

  #add(permission: PopulationUser['direct'][number]): void {
    const place =
      typeof permission === 'string' ? this.#placeOfName.get(permission) : this.#placeOf.get(permission);
    if (place !== undefined) this.#held[place] = 1;
  }
}

/** The list at a path of the event, as far as a user's export has it. */
function namesAt([root, ...path]: readonly string[], user: PopulationUser): readonly string[] {
  if (root !== 'user') return [];
  let value: unknown = user.fields;
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
