// What decides how a claim is written, to measure with.
import type { ClaimTable } from '@claimgen/action-runtime';
import type { AudienceConfig } from '../config/audience-config.ts';
import { type AudienceLayout, activeLineage, endsOf, namesOf } from '../layout/layout.ts';

/** What the encoder knows of an audience. */
export function claimTable(audience: Pick<AudienceConfig, 'encoding'>, layout: AudienceLayout): ClaimTable {
  const lineage = activeLineage(layout);
  return {
    encoding: audience.encoding,
    names: namesOf(lineage),
    ids: lineage.map(({ id }) => id),
    ends: endsOf(lineage),
  };
}
