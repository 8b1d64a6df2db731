// What a branch does to tokens: who gets what, by what settings, in which layouts, and how large it gets.
import { largestLine } from '../budget/audience-report.ts';
import type { Config } from '../config/config.ts';
import type { AudienceLayout } from '../layout/layout.ts';
import type { Lock } from '../layout/lock.ts';
import { type AudiencePair, pairAudiences } from '../plan/audience-pairs.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { audienceSettings } from '../plan/audience-settings.ts';
import {
  compareMachines,
  compareNames,
  compareRoles,
  type GrantChange,
  type MachineChange,
} from './access-change.ts';
import { compareLayouts, type LayoutChange, shareLineage } from './layout-change.ts';
import { compareSettings, type SettingChange } from './setting-change.ts';

/** What a config builds for one environment. */
export interface Side {
  readonly config: Config;
  readonly environment: string;
  /** As it is kept: what an audience is laid out like that it does not hold is not known. */
  readonly lock: Lock;
  readonly audiences: readonly AudiencePlan[];
  /** False where the config lacks the environment that is compared: `audiences` are then of another one, and their layouts alone count. */
  readonly hasEnvironment: boolean;
}

/** What a branch does to tokens. */
export interface ConfigChange {
  /** Roles of the tenant that are new, or gone. */
  readonly roles: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** What all audiences share. */
  readonly settings: readonly SettingChange[];
  readonly audiences: readonly AudienceChange[];
}

/** What a branch does to one audience. Sizes are bytes. */
export interface AudienceChange {
  readonly name: string;
  /** Its key before, where that was another one. */
  readonly previousName?: string;
  readonly state: 'added' | 'removed' | 'kept';
  /** What tokens can carry. */
  readonly permissions: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly roles: readonly GrantChange[];
  readonly machines: readonly MachineChange[];
  readonly settings: readonly SettingChange[];
  readonly layout: LayoutChange;
  /** The largest line that the proof allows; null where the audience is missing. */
  readonly line: { readonly before: number | null; readonly after: number | null };
  readonly budget: { readonly before: number | null; readonly after: number | null };
}

/** Compares what two configs build, audience by audience, those of the second first. */
export function compareConfigs(before: Side | undefined, after: Side): ConfigChange {
  const base = before?.hasEnvironment === true ? before : undefined;
  const roles = compareNames(roleNames(base), roleNames(after));
  return {
    roles: { added: roles.gained, removed: roles.lost },
    settings: compareSettings(
      base === undefined ? new Map() : sharedSettings(base.config),
      sharedSettings(after.config),
    ),
    audiences: pairAudiences(before?.audiences ?? [], after.audiences)
      .filter(({ is }) => base !== undefined || is !== undefined)
      .map(({ was, is }) =>
        compareAudience(
          base === undefined ? undefined : was,
          is,
          compareLayouts(continuedLayout(before, { was, is }), is?.layout),
          base,
          after,
        ),
      ),
  };
}

/** The layout that a side's lock holds for an audience, grown by what a build would add. */
export function keptLayout(
  side: Side | undefined,
  input: AudiencePlan | undefined,
): AudienceLayout | undefined {
  return input !== undefined && side?.lock.has(input.audience.name) === true ? input.layout : undefined;
}

/** The same where the other side goes on with it; an audience under a new key may have begun another one. */
export function continuedLayout(
  side: Side | undefined,
  { was, is }: AudiencePair,
): AudienceLayout | undefined {
  const kept = keptLayout(side, was);
  if (kept === undefined || is === undefined || was?.audience.name === is.audience.name) return kept;
  return shareLineage(kept, is.layout) ? kept : undefined;
}

function compareAudience(
  was: AudiencePlan | undefined,
  is: AudiencePlan | undefined,
  layout: LayoutChange,
  before: Side | undefined,
  after: Side,
): AudienceChange {
  const names = compareNames(namesOf(was), namesOf(is));
  const previousName = was?.audience.name;
  return {
    name: (is ?? was)?.audience.name ?? '',
    ...(is === undefined || previousName === undefined || previousName === is.audience.name
      ? {}
      : { previousName }),
    state: was === undefined ? 'added' : is === undefined ? 'removed' : 'kept',
    permissions: { added: names.gained, removed: names.lost },
    roles: compareRoles(was, is),
    machines: compareMachines(was, is),
    settings:
      was === undefined || is === undefined
        ? []
        : compareSettings(audienceSettings(was, domainIn(before)), audienceSettings(is, domainIn(after))),
    layout,
    line: { before: lineOf(was), after: lineOf(is) },
    budget: { before: was?.audience.budget.bytes ?? null, after: is?.audience.budget.bytes ?? null },
  };
}

function namesOf(input: AudiencePlan | undefined): Iterable<string> {
  return input?.selected.keys() ?? [];
}

function lineOf(input: AudiencePlan | undefined): number | null {
  return input === undefined ? null : largestLine(input);
}

function roleNames(side: Side | undefined): string[] {
  return side?.audiences[0]?.catalog.roles.map(({ name }) => name) ?? [];
}

function domainIn(side: Side | undefined): string | undefined {
  return side?.config.environments.find(({ name }) => name === side.environment)?.domain;
}

function sharedSettings({ actionName, splitActions }: Config): ReadonlyMap<string, string> {
  return new Map([
    ['action.name', actionName],
    ['action.split', splitActions ? 'audience' : 'none'],
  ]);
}
