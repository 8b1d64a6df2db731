// What is said and built of a source of permissions, whichever it is. Each kind has a file that answers all of it.

import type { ManagementApiSource, OnError, RolesSource, Source } from '@claimgen/action-runtime';
import { docsPage } from '../format/docs-page.ts';

/** Where the user's permissions come from at login, as the Action reads it. */
export type PermissionSource = Source;

/** An entry of `action.source` as the config writes it, `roles` written out. */
export interface RawSource {
  roles?: { unknownRoles?: RolesSource['unknownRoles']; groups?: boolean };
  event?: string;
  trusted?: boolean;
  managementApi?: Pick<ManagementApiSource, 'domain'> & Partial<ManagementApiSource>;
  organizations?: RolesSource['organizations'] | ManagementApiSource['organizations'];
  onError?: OnError;
  onErrorRefresh?: OnError;
}

/** What holds for entries that don't say it themselves. */
export interface SourceDefaults {
  readonly onError: OnError;
  /** What a login to an organization does with the source `roles`. */
  readonly organizations: RolesSource['organizations'];
  /** Whether the claim says when permissions were read. */
  readonly asOf: boolean;
}

/** What reading an entry is given. */
export interface SourceEntry {
  readonly raw: RawSource;
  readonly defaults: SourceDefaults;
  readonly failing: Pick<Source, 'onError' | 'onErrorRefresh'>;
  /**
   * A problem with one of the entry's keys; without any, with the entry.
   * @throws InputError
   */
  fail(key: keyof RawSource | undefined, message: string, fix: string): never;
}

/** A kind of source: what there is of it without any entry. */
export interface SourceKind {
  readonly kind: Source['kind'];
  /** Whether an audience may have several. */
  readonly isRepeatable: boolean;
  /** @throws InputError by the entry's `fail` */
  read(entry: SourceEntry): PermissionSource;
  /** The runtime's module that reads it, and how the module is handed to the policy. */
  readonly reader: { readonly module: string; readonly member: string };
  /** What an Action that is too large could do: have this kind only. */
  readonly only: {
    readonly change: string;
    readonly source: PermissionSource;
    /** Where it goes with one. */
    readonly encoding?: 'bitset';
  };
}

/** What is known of one source of an audience. */
export interface SourceFacts {
  /** As settings name it: the kind, or the place in the event. */
  readonly name: string;
  /** Whether it gives what roles grant, as far as a catalog can tell. */
  readonly readsRoles: boolean;
  /** Whether it gives permissions that no role of the catalog grants. */
  readonly readsDirect: boolean;
  /** Whether the Action reads all of it itself, and Auth0 nothing of it for the event. */
  readonly isReadByAction: boolean;
  /** What the Action carries for it. */
  readonly needs: {
    /** The table of roles. */
    readonly roles: boolean;
    /** The names of the permissions. */
    readonly names: boolean;
    /** Which permissions are of which API. */
    readonly apis: boolean;
    /** Auth0's answer to which roles the user has (api.roles). */
    readonly effectiveRoles: boolean;
    /** Names of secrets. */
    readonly secrets: readonly string[];
  };
  /** What a user may miss or meet. */
  notes(apis: readonly number[]): readonly string[];
  /** What happens when it fails, as a clause; undefined where it can't. */
  readonly failure: string | undefined;
  /** In the header of an Action. */
  describe(comment: (text: string) => string): string;
  /** What the Action asks over the network for it, and with what, but for `effectiveRoles`. */
  readonly asks?: string;
  /** The source in a tenant of this domain. */
  inDomain(domain: string): PermissionSource;
  /** Its settings but for what is in its name. */
  readonly settings: object;
  /** Where it is in the event: the keys from `event` down. */
  readonly path?: readonly string[];
}

/** What a list says of organizations, in the header. */
export const LISTS_IN_ORGANIZATIONS = {
  'tenant-wide': ', in organizations too',
  refuse: ', not in organizations',
} as const;

/** What a list can say, which knows no organizations. */
export function tenantWideOrRefuse({ raw, fail }: SourceEntry): 'tenant-wide' | 'refuse' {
  const organizations = raw.organizations ?? 'refuse';
  return organizations === 'tenant-wide' || organizations === 'refuse'
    ? organizations
    : fail(
        'organizations',
        `${organizations} is for roles, and this list knows no organizations`,
        `Use one of: tenant-wide, refuse (${docsPage('guide/sources.md')}, "Organizations").`,
      );
}

/** Only what is in the event is anybody's to trust. */
export function refuseTrusted({ raw, fail }: SourceEntry): void {
  if (raw.trusted !== undefined) {
    fail('trusted', 'only an array in the event can be trusted', 'Remove trusted.');
  }
}
