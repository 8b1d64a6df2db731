import type { ClaimCap } from '@claimgen/action-runtime';
import type { Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import { type AudienceLayout, activeLineage, namesOf } from '../layout/layout.ts';
import type { RebaseGain } from '../layout/rebase-gain.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { requestable } from '../selection/requestable.ts';
import type { AudienceReport } from './audience-sizes.ts';
import { boundedClaims } from './bounded-report.ts';
import { cappedWorst, claimRoom } from './claim-room.ts';
import { type GrantReport, proveGrants } from './grant-proof.ts';
import { grantRuleNotes } from './grant-rule-notes.ts';
import { organizationLogins } from './organization-logins.ts';
import { leastLine, savingsOf } from './savings.ts';
import { sourceNotes } from './source-notes.ts';
import { dialectWithoutStock, withoutStock } from './stock-claim.ts';
import { proveToken, type TokenProof } from './token-proof.ts';
import { jsonBytes, type WorstClaim, worstClaim } from './worst-claim.ts';

/** The bytes of the largest line that a user of one audience can send. */
export function largestLine(input: AudiencePlan): number {
  return proveLargest(input).proof.line;
}

function proveLargest(input: AudiencePlan): {
  readonly uncapped: WorstClaim;
  readonly cap: ClaimCap | null;
  readonly worst: WorstClaim;
  readonly proof: TokenProof;
} {
  const { audience, layout, selected } = input;
  const possible = requestable(audience, selected);
  const uncapped = worstClaim(audience, layout, new Set(possible.keys()));
  const cap = capOf(input, audience);
  // Without onOverflow the Action measures, too, but the build fails where it could come to that.
  const worst =
    cap === null || audience.onOverflow === undefined
      ? uncapped
      : cappedWorst(uncapped, namesByPlace(layout, possible), cap);
  return { uncapped, cap, worst, proof: prove(input, audience, worst.bytes) };
}

/**
 * Proves the size of one audience's tokens and states it against the budget.
 * @param gain what a rebase would save; undefined where it would change nothing, or nobody asks
 */
export function reportAudience(input: AudiencePlan, gain: RebaseGain | undefined): AudienceReport {
  const { audience, environment, layout, selection, selected } = input;
  const lineage = activeLineage(layout);
  const { uncapped, cap, worst, proof } = proveLargest(input);
  const grants = proveGrants(audience, environment, input.catalog);
  const bounded = boundedClaims(input, worst.bytes);
  const dialect = dialectWithoutStock(input);
  const least = proof.line > audience.budget.bytes ? leastLine(input) : 0;
  return {
    name: audience.name,
    identifier: input.identifier,
    claim: audience.claim,
    encoding: audience.encoding,
    grant: audience.grant,
    clients: audience.clients.get(environment) ?? null,
    permissions: selected.size,
    places: namesOf(lineage).length,
    generations: lineage.length,
    lineages: layout.lineages.filter((candidate) => candidate.length > 0).length,
    patterns: selection.patterns,
    budget: audience.budget,
    proof,
    claimBytes: { atMost: worst.bytes, reached: worst.reached },
    over: Math.max(0, proof.line - audience.budget.bytes),
    cap,
    stockLine: prove(
      input,
      { ...audience, claim: 'permissions', scopes: 'keep' },
      jsonBytes([...selected.keys()]),
    ).line,
    ...(dialect === undefined
      ? {}
      : { withoutStock: { line: prove(withoutStock(input), audience, worst.bytes).line, dialect } }),
    ...(least > audience.budget.bytes ? { least } : {}),
    grants,
    savings: savingsOf(input, proof.line),
    organizations: organizationLogins(audience),
    ...(bounded === undefined
      ? {}
      : {
          bounded: {
            ...bounded,
            line: {
              atMost: prove(input, audience, bounded.atMost).line,
              found: prove(input, audience, bounded.found).line,
            },
          },
        }),
    notes: [
      ...sourceNotes(audience, apiSizes(input)),
      ...grantRuleNotes(audience, environment, selected),
      ...overflowNotes(audience, uncapped, cap),
      ...proof.notes,
      ...grantNotes(grants),
      ...rebaseNotes(audience, gain),
    ],
  };
}

function prove(
  { environment, catalog, selected, sample }: AudiencePlan,
  audience: AudienceConfig,
  claimBytes: number,
): TokenProof {
  return proveToken({ audience, environment, catalog, selected, claimBytes, sample });
}

/** What is left for a list of names; a bitset's size is bounded by its layout. */
function capOf(input: AudiencePlan, audience: AudienceConfig): ClaimCap | null {
  if (audience.encoding === 'bitset') return null;
  const bytes = claimRoom(audience.budget, prove(input, audience, 0), 0);
  return { bytes: Math.max(0, bytes), onOverflow: audience.onOverflow ?? 'deny' };
}

function namesByPlace(
  layout: AudienceLayout,
  selected: ReadonlyMap<string, Permission>,
): Map<number, string> {
  return new Map(
    namesOf(activeLineage(layout)).flatMap((name, place) =>
      selected.has(name) ? [[place, name] as const] : [],
    ),
  );
}

const OVERFLOWS: Readonly<Record<ClaimCap['onOverflow'], string>> = {
  deny: 'is denied the login',
  omit: 'gets a token that grants nothing',
  marker: 'gets a claim that says so, which the verifier refuses with claim_overflow',
};

function overflowNotes(audience: AudienceConfig, uncapped: WorstClaim, cap: ClaimCap | null): string[] {
  if (cap === null || audience.onOverflow === undefined || uncapped.bytes <= cap.bytes) return [];
  return [
    `All permissions together take ${count(uncapped.bytes)} bytes, and ${count(cap.bytes)} are left for the claim: a user whose permissions take more ${OVERFLOWS[cap.onOverflow]}.`,
  ];
}

/** How many permissions each API has that the audience takes permissions of. */
function apiSizes({ identifier: own, catalog, selected }: AudiencePlan): number[] {
  const apis = new Set([...selected.values()].map((permission) => permission.audience ?? own));
  return [...apis].map((api) => catalog.permissions.filter(({ audience: of }) => (of ?? own) === api).length);
}

function grantNotes(grants: readonly GrantReport[]): string[] {
  const [largest] = grants;
  if (largest === undefined) return [];
  return [
    `Machines: ${plural(grants.length, 'client grant')}; the largest line has ${count(largest.line)} bytes (${JSON.stringify(largest.client)}, ${plural(largest.scopes, 'scope')}), as client credentials carry their scopes as they are.`,
  ];
}

/** Characters on average below which a rebase is not worth its two deployments. */
const LEAST_GAIN = 13;

function rebaseNotes({ name, encoding }: AudienceConfig, gain: RebaseGain | undefined): string[] {
  if (gain === undefined || encoding !== 'bitset' || gain.mean < LEAST_GAIN) return [];
  return [
    `claimgen rebase ${name} would make claims ${gain.mean.toFixed(1)} characters shorter on average, ${gain.most} at most.`,
  ];
}
