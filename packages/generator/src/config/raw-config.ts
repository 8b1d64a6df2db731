import type { ClientRule } from '@claimgen/action-runtime';
import type { RawBudget } from './budget.ts';
import type { RawPackage } from './package.ts';
import type { RawPermissionSource } from './permission-source.ts';
import type { RawToken } from './token.ts';

/** What of `action` an audience can have of its own. */
export interface RawAudienceAction {
  source?: RawPermissionSource[];
  onError?: 'deny' | 'omit';
  scopes?: 'keep' | 'strip';
  asOf?: boolean;
  onOverflow?: 'deny' | 'omit' | 'marker';
}

/** An audience as the config writes it. */
export interface RawAudience {
  audience: string;
  previously?: string | string[];
  prefixes?: string[];
  globs?: string[];
  exact?: string[];
  from?: Record<string, string>;
  encoding?: 'bitset' | 'names';
  allowNobody?: boolean;
  grant?: 'all' | 'requested';
  clients?: ClientRule;
  claim?: string;
  resolver?: boolean;
  action?: RawAudienceAction;
  budget?: RawBudget;
  token?: RawToken;
}

/** A config that fits the schema, before defaults. */
export interface RawConfig {
  catalog?: string;
  keywords?: Record<string, unknown>;
  claim: string;
  package?: RawPackage;
  out?: string | { actions: string; verifier: string; report: string };
  action?: RawAudienceAction & { name?: string; split?: 'audience'; organizations?: 'none' };
  budget?: RawBudget;
  token?: RawToken;
  audiences: Record<string, RawAudience>;
  environments?: Record<
    string,
    {
      catalog?: string;
      keywords?: Record<string, unknown>;
      domain?: string;
      audiences?: Record<string, string>;
      clients?: Record<string, ClientRule>;
    }
  >;
}
