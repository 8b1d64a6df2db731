import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import { type AudienceLayout, activeLineage, namesOf } from '../layout/layout.ts';
import type { AudienceReport, WayOut } from '../report/report.ts';
import type { Selection } from '../selection/select.ts';
import { sourceNotes } from './source-notes.ts';
import { proveToken, type TokenProof } from './token-proof.ts';
import { jsonBytes, worstClaim } from './worst-claim.ts';

export interface AudienceReportInput {
  readonly audience: AudienceConfig;
  readonly environment: string;
  readonly catalog: Catalog;
  readonly layout: AudienceLayout;
  readonly selection: Selection;
  readonly sample: Readonly<Record<string, unknown>>;
}

/** Proves the size of one audience's tokens and states it against the budget. */
export function reportAudience(input: AudienceReportInput): AudienceReport {
  const { audience, environment, layout, selection } = input;
  const selected = selection.byEnvironment.get(environment) ?? new Map();
  const lineage = activeLineage(layout);
  const worst = worstClaim(audience, layout, new Set(selected.keys()));
  const proof = prove(input, audience, worst.bytes);
  return {
    name: audience.name,
    audience: audience.identifiers.get(environment) as string,
    claim: audience.claim,
    encoding: audience.encoding,
    permissions: selected.size,
    places: namesOf(lineage).length,
    generations: lineage.length,
    lineages: layout.lineages.filter((candidate) => candidate.length > 0).length,
    patterns: selection.patterns,
    budget: audience.budget,
    proof,
    claimBytes: { atMost: worst.bytes, reached: worst.reached },
    over: Math.max(0, proof.line - audience.budget.bytes),
    stockLine: prove(input, { ...audience, claim: 'permissions' }, jsonBytes([...selected.keys()])).line,
    waysOut: waysOut(input, proof.line, worst.bytes),
    notes: [...sourceNotes(audience), ...proof.notes],
  };
}

function prove(
  { environment, catalog, selection, sample }: AudienceReportInput,
  audience: AudienceConfig,
  claimBytes: number,
): TokenProof {
  const selected = selection.byEnvironment.get(environment) ?? new Map();
  return proveToken({ audience, environment, catalog, selected, claimBytes, sample });
}

/** Each change tried by itself, with what it saves; those that save nothing are left out. */
function waysOut(input: AudienceReportInput, line: number, claimBytes: number): WayOut[] {
  const { audience, layout, environment, selection } = input;
  const selected = new Set(selection.byEnvironment.get(environment)?.keys());
  const bitset: AudienceConfig = { ...audience, encoding: 'bitset' };
  const changes: [string, TokenProof][] = [
    ['encoding: bitset', prove(input, bitset, worstClaim(bitset, layout, selected).bytes)],
    ['a short claim name, such as pz', prove(input, { ...audience, claim: 'pz' }, claimBytes)],
    [
      'clients request openid alone (token.scope)',
      prove(input, { ...audience, token: { ...audience.token, scope: 'openid' } }, claimBytes),
    ],
    ['narrower patterns: half of the permissions', prove(input, audience, Math.ceil(claimBytes / 2))],
  ];
  return changes
    .map(([change, proof]) => ({ change, saves: line - proof.line }))
    .filter(({ saves }) => saves > 0)
    .sort((a, b) => b.saves - a.saves);
}
