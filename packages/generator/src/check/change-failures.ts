// Changes that tokens in use, or deployed verifiers, can't follow.

import { docsPage } from '../format/docs-page.ts';
import type { Relation } from '../io/commit.ts';
import { pairAudiences } from '../plan/audience-pairs.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Failure } from '../report/failures.ts';
import { continuedLayout, keptLayout, type Side } from './config-change.ts';
import { compareLayouts, type LayoutChange } from './layout-change.ts';

/**
 * Layouts that lack places which the base has given away: because the branch is behind, because branches were merged wrongly, or because the
 * lock was lost or put back.
 * @param base what messages call it
 */
export function layoutFailures(
  before: Side | undefined,
  after: Side,
  base: string,
  { holds }: Pick<Relation, 'holds'>,
): Failure[] {
  const changes = pairAudiences(before?.audiences ?? [], after.audiences).flatMap(({ was, is }) =>
    is === undefined
      ? []
      : [{ name: is.audience.name, change: compareLayouts(continuedLayout(before, { was, is }), is.layout) }],
  );
  const isBehind = holds === false;
  const behind = changes.filter(({ change }) => isBehind && change === 'behind').map(({ name }) => name);
  const forked = changes.filter(({ change }) => change === 'forked' || (!isBehind && change === 'behind'));
  return [
    ...(behind.length === 0 ? [] : [behindFailure(behind, base)]),
    ...forked.map(({ name, change }) => forkFailure(name, change, base, holds)),
  ];
}

function behindFailure(names: readonly string[], base: string): Failure {
  return {
    code: 'branch_behind',
    ...(names.length === 1 ? { audience: names[0] as string } : {}),
    message: `this branch is behind ${base}, where permissions were added to the ${names.length === 1 ? 'layout' : 'layouts'} of ${names.join(', ')} since`,
    fix: `Merge ${base} first.`,
  };
}

function forkFailure(name: string, change: LayoutChange, base: string, holds: boolean | undefined): Failure {
  const rebuild = `claimgen.lock.json from ${base}, then run claimgen build`;
  return {
    code: 'layout_forked',
    audience: name,
    message:
      change === 'forked'
        ? `${name}: the layout gives places to other permissions than ${base} does: verifiers deployed from there read only what both share`
        : `${name}: the layout lacks permissions that it has at ${base}, and the next ones would take their places`,
    fix:
      holds === true
        ? `Take ${rebuild}.`
        : `${holds === false ? `Merge ${base} first` : `Merge ${base} first if this branch is behind it (a shallow clone can't tell)`}: take ${rebuild}.`,
  };
}

/** One API under two keys or two claim names, before and after. */
interface Renaming {
  readonly was: AudiencePlan;
  readonly is: AudiencePlan;
  readonly identifier: string;
}

/** APIs whose layout or claim has another name than before, so that one side refuses or does not find what the other writes. */
export function renamingFailures(before: Side | undefined, after: Side, base: string): Failure[] {
  const renamings = before === undefined ? [] : samePairs(before, after);
  const keys = new Set(after.audiences.map(({ audience }) => audience.name));
  return [
    ...renamings
      .filter(({ was, is }) => {
        // Lists of names are read by any layout.
        if (was.audience.encoding === 'names' && is.audience.encoding === 'names') return false;
        return keptLayout(before, was) !== undefined && continuedLayout(before, { was, is }) === undefined;
      })
      .map((renaming) => audienceRenamed(renaming, base, keys)),
    ...renamings
      .filter(({ was, is }) => was.audience.claim !== is.audience.claim)
      .map((renaming) => claimRenamed(renaming, base)),
  ];
}

/** Each audience with what had its API before, in any environment of both. */
function samePairs(before: Side, after: Side): Renaming[] {
  const seen = new Set<string>();
  return after.audiences.flatMap((is) =>
    [...is.audience.identifiers].flatMap(([environment, identifier]): Renaming[] => {
      const was = before.audiences.find(
        ({ audience }) => audience.identifiers.get(environment) === identifier,
      );
      const pair = JSON.stringify([was?.audience.name, is.audience.name]);
      if (was === undefined || seen.has(pair)) return [];
      seen.add(pair);
      return [{ was, is, identifier }];
    }),
  );
}

function audienceRenamed(
  { was, is, identifier }: Renaming,
  base: string,
  keys: ReadonlySet<string>,
): Failure {
  const [old, name] = [was.audience.name, is.audience.name];
  return {
    code: 'audience_renamed',
    audience: name,
    message: `${name}: ${JSON.stringify(identifier)} has the key ${old} at ${base}, and begins a new layout here: APIs with the module ${old} refuse tokens of the new Action, and APIs with the module ${name} refuse every token in use (layout_unknown, 401)`,
    fix: keys.has(old)
      ? `Let it keep the key ${old}. To exchange keys, rename one at a time with previously, and run claimgen build after each (${docsPage('explanation/layouts.md')}).`
      : `Add previously: ${old} to audiences.${name}, take claimgen.lock.json from ${base} and run claimgen build: the layout goes on, and both modules read all tokens.`,
  };
}

function claimRenamed({ was, is, identifier }: Renaming, base: string): Failure {
  const { name } = is.audience;
  const [old, now] = [was.audience.claim, is.audience.claim].map((claim) => JSON.stringify(claim));
  return {
    code: 'claim_renamed',
    audience: name,
    message: `${name}: the claim is named ${now}, and ${old} at ${base}: APIs that read the one find no permissions in tokens of ${JSON.stringify(identifier)} that carry the other`,
    fix: `Keep the name. Or, in steps: let Auth0 add its own permissions claim (token_dialect ending in _authz), and give createVerifier fallback: ['permissions']; after a token's lifetime deploy verifiers and Action with the new name; after another, take both away (${docsPage('explanation/layouts.md')}). This check fails until the new name is in ${base}.`,
  };
}
