// One login as the sources see it, and the parts that an Action is made of.
import type { HeldPlaces } from './held-places.ts';
import type { PostLoginApi, PostLoginEvent } from './post-login.ts';
import type { Audience, AudienceTable, ClaimCap, ClientRule, Source } from './tables.ts';

/** What Auth0 passes, and the API that the token is for. */
export interface Login {
  readonly audience: Audience;
  readonly event: PostLoginEvent;
  readonly api: PostLoginApi;
  readonly parts: Parts;
}

/**
 * Adds to `held` what one source says that the user holds. Names and roles that the tables don't know are dropped.
 * @throws SourceFailure when the source can't be relied on; `held` is then of no use.
 */
export type Reader<S extends Source> = (source: S, login: Login, held: HeldPlaces) => void | Promise<void>;

/** An Action carries what its tables use and nothing else. Where a part is missing, nothing is granted. */
export interface Parts {
  /** The places to set, or what a login gets in their place. */
  readonly places: (login: Login) => Promise<readonly number[] | 'deny' | 'omit'>;
  readonly readers: { readonly [S in Source as S['kind']]?: Reader<S> };
  /** The names of the tenant's roles that the user holds, directly or through groups. */
  readonly effectiveRoles?: (api: PostLoginApi, inOrganization: boolean) => Promise<readonly string[]>;
  readonly encoders: {
    readonly [encoding in AudienceTable['encoding']]?: (
      table: AudienceTable,
      places: readonly number[],
    ) => string | readonly string[];
  };
  /** Whether the client's tokens carry permissions. */
  readonly admitsClient?: (rule: ClientRule, event: PostLoginEvent) => boolean;
  /** Of the places held, those whose permission the client requests as a scope. */
  readonly keepRequested?: (
    places: readonly number[],
    audience: Audience,
    event: PostLoginEvent,
  ) => readonly number[];
  /** Sets a claim unless it is larger than the cap. */
  readonly setCapped?: (table: AudienceTable, cap: ClaimCap, api: PostLoginApi, value: unknown) => void;
}
