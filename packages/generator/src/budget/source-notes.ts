import type { OnError } from '@claimgen/action-runtime';
import type { AudienceConfig } from '../config/audience-config.ts';
import { factsOf } from '../sources/facts-of.ts';
import type { PermissionSource } from '../sources/source-facts.ts';

/**
 * What an audience's sources of permissions leave out, and what a user meets when one fails.
 * @param apis how many permissions each API has that the audience takes permissions of
 */
export function sourceNotes({ sources }: Pick<AudienceConfig, 'sources'>, apis: readonly number[]): string[] {
  const facts = sources.map((source) => ({ source, ...factsOf(source) }));
  return [
    ...(facts.some(({ needs }) => needs.roles)
      ? [
          'The role table is as old as the deployed Action: what a role has gained in the tenant since is denied, and what it has lost is granted, until you build and deploy again.',
        ]
      : []),
    ...(facts.some(({ readsDirect }) => readsDirect)
      ? []
      : ['Permissions assigned to users directly are not in the token: the source is roles alone.']),
    ...facts.flatMap(({ source, notes, failure }) => [
      ...notes(apis),
      ...(failure === undefined ? [] : [`When ${failure}, ${consequenceOf(source, sources.length > 1)}.`]),
    ]),
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
