import type { OnError } from '@claimgen/action-runtime';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { PermissionSource } from '../config/permission-source.ts';
import { managementApiNotes } from './management-api-notes.ts';

/**
 * What an audience's sources of permissions leave out, and what a user meets when one fails.
 * @param apis how many permissions each API has that the audience takes permissions of
 */
export function sourceNotes(audience: AudienceConfig, apis: readonly number[]): string[] {
  const { sources } = audience;
  const takes = (kind: PermissionSource['kind']) => sources.some((source) => source.kind === kind);
  return [
    ...(takes('roles')
      ? [
          'The role table is as old as the deployed Action: what a role has gained in the tenant since is denied, and what it has lost is granted, until you build and deploy again.',
        ]
      : []),
    ...(takes('event') || takes('managementApi')
      ? []
      : ['Permissions assigned to users directly are not in the token: the source is roles alone.']),
    ...sources.flatMap((source) => notesOf(source, sources.length > 1, apis)),
  ];
}

function notesOf(source: PermissionSource, united: boolean, apis: readonly number[]): string[] {
  return [
    ...rolesNotes(source),
    ...(source.kind === 'managementApi' ? managementApiNotes(source, apis) : []),
    ...(canFail(source) ? [`When ${failureOf(source)}, ${consequenceOf(source, united)}.`] : []),
  ];
}

/** Roles in the event are simply there. */
function canFail(source: PermissionSource): boolean {
  return source.kind !== 'roles' || source.groups;
}

function failureOf(source: PermissionSource): string {
  switch (source.kind) {
    case 'roles':
      return 'Auth0 does not answer with the roles that a user holds through groups';
    case 'event':
      return `${source.path.join('.')} is not an array of strings`;
    case 'managementApi':
      return 'the Management API is down, slow or over its rate limit';
  }
}

function rolesNotes(source: PermissionSource): string[] {
  if (source.kind !== 'roles') return [];
  return [
    ...(source.groups
      ? []
      : ['Roles held through groups count as far as Auth0 lists them in event.authorization.roles.']),
    ...(source.unknownRoles === 'deny'
      ? ['A user with a role that is newer than the deployed Action, or renamed since, is denied the login.']
      : []),
  ];
}

const CONSEQUENCES: Readonly<Record<'deny' | 'omit', string>> = {
  deny: 'the login is denied',
  omit: 'the token grants nothing',
};

/** What a login gets when this source fails. */
export function consequenceOf({ onError, onErrorRefresh }: PermissionSource, united: boolean): string {
  const of = (decision: OnError) =>
    decision !== 'continue'
      ? CONSEQUENCES[decision]
      : united
        ? 'the token has the permissions of the other sources alone'
        : 'the token has a claim without permissions';
  return onError === onErrorRefresh
    ? of(onError)
    : `${of(onError)}, and where a refresh token is exchanged ${of(onErrorRefresh)}`;
}
