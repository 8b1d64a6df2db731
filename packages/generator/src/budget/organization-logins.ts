// What an audience's sources say at a login to an organization: the one sentence that build, check and every report have of it.

import type { AudienceConfig } from '../config/audience-config.ts';
import { factsOf } from '../sources/facts-of.ts';
import type { PermissionSource } from '../sources/source-facts.ts';
import { consequenceOf } from './source-notes.ts';

/** What a login to an organization gets, source by source. */
export function organizationLogins({ sources }: Pick<AudienceConfig, 'sources'>): string {
  const parts = sources.map((source) => partOf(source, sources.length > 1));
  return `At a login to an organization, ${parts.join('; ')}.`;
}

function partOf(source: PermissionSource, united: boolean): string {
  const name = factsOf(source).name.replace(/^event\./, '');
  switch (source.organizations) {
    case 'ask':
      return `roles counts those of the member's roles that are the tenant's: the Action asks Auth0 (api.roles), and where it does not answer, ${consequenceOf(source, united)}`;
    case 'trust-names':
      return "roles counts the member's roles by their names, and an Organization Role grants what the tenant's role of its name does (organizations: trust-names)";
    case 'tenant-wide':
      return `${name} counts as at any other (organizations: tenant-wide)`;
    case 'refuse':
      return `${name} is refused, and ${consequenceOf(source, united)}`;
  }
}
