// An audience of the config with every default filled in.
import type { ClientRule } from '@claimgen/action-runtime';
import type { Problem } from '../errors.ts';
import type { ValuePath } from '../source-text/source-text.ts';
import type { AudienceAction } from './audience-action.ts';
import type { Budget } from './budget.ts';
import type { TokenAssumptions } from './token.ts';

/** Another API whose permissions an audience takes under a prefix. */
export interface ImportedApi {
  /** The key under `from`. */
  readonly key: string;
  readonly prefix: string;
  /** API identifier by environment name. */
  readonly identifiers: ReadonlyMap<string, string>;
}

/** What one API's tokens carry. */
export interface AudienceConfig extends AudienceAction {
  readonly name: string;
  /** API identifier by environment name. */
  readonly identifiers: ReadonlyMap<string, string>;
  /** The keys that the audience had in this config before, whose layout it continues. */
  readonly previously: readonly string[];
  readonly prefixes: readonly string[];
  /** Those that begin with `!` take away. */
  readonly globs: readonly string[];
  readonly exact: readonly string[];
  readonly from: readonly ImportedApi[];
  readonly encoding: 'bitset' | 'names';
  /** Whether the build passes where no login can get a permission of this API. */
  readonly allowNobody: boolean;
  /** Whether the claim carries all that the user holds, or what of it the client requests as scopes. */
  readonly grant: 'all' | 'requested';
  /** By environment name: the clients whose tokens carry permissions, where not all do. */
  readonly clients: ReadonlyMap<string, ClientRule>;
  readonly claim: string;
  /** Whether the build writes what a resolver of the API needs. */
  readonly resolver: boolean;
  readonly budget: Budget;
  readonly token: TokenAssumptions;
  /** A problem with this audience's entry in the config. */
  problem(code: Problem['code'], path: ValuePath, message: string, fix: string, key?: string): Problem;
}
