// What decides how a claim is written, to measure with.
import type { ClaimTable } from '@claimgen/action-runtime';
import type { AudienceConfig } from '../config/audience-config.ts';
import { type AudienceLayout, activeLineage, endsOf, namesOf } from '../layout/layout.ts';
import { factsOfAll } from '../sources/facts-of.ts';

/** What of an audience decides how its claim is written. */
export type ClaimSettings = Pick<AudienceConfig, 'encoding' | 'asOf' | 'sources'>;

/** Who reads the permissions whose time the claim has; nothing where it has none. */
export function asOfMember({
  asOf,
  sources,
}: Pick<ClaimSettings, 'asOf' | 'sources'>): Pick<ClaimTable, 'asOf'> {
  if (!asOf) return {};
  return { asOf: factsOfAll(sources).every(({ isReadByAction }) => isReadByAction) ? 'action' : 'event' };
}

/** What the encoder knows of an audience. */
export function claimTable(audience: ClaimSettings, layout: AudienceLayout): ClaimTable {
  const lineage = activeLineage(layout);
  return {
    encoding: audience.encoding,
    ...asOfMember(audience),
    names: namesOf(lineage),
    ids: lineage.map(({ id }) => id),
    ends: endsOf(lineage),
  };
}
