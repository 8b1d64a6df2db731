import type { AudienceConfig } from '../config/config.ts';

/** What an audience's sources of permissions leave out, and what a user meets when one fails. */
export function sourceNotes(audience: AudienceConfig): string[] {
  const { sources, onError } = audience;
  const events = sources.flatMap((source) => (source.kind === 'event' ? [source] : []));
  const refused = events.filter((source) => !source.tenantWide).map((source) => source.path.join('.'));
  const consequence = onError === 'deny' ? 'the login is denied' : 'the token has no permissions claim';
  return [
    ...(sources.some(({ kind }) => kind === 'roles')
      ? [
          'The role table is as old as the deployed Action: build and deploy when the permissions of a role change.',
        ]
      : []),
    ...(events.length === 0
      ? ['Permissions assigned to users directly are not in the token: the source is roles alone.']
      : []),
    ...(events.length > 0 ? [`When a list in the event is not a list of texts, ${consequence}.`] : []),
    ...(refused.length > 0
      ? [
          `At a login to an organization, ${consequence}: ${refused.join(', ')} does not know organizations (organizations: tenant-wide says that it holds in all).`,
        ]
      : []),
  ];
}
