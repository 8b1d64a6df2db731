// What happens while `claimgen dev` runs: in sentences for people, or as a JSON object a line.
import type { Change, Login } from '@claimgen/dev';
import { formatProblem, type Problem } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { versioned } from '../format/versioned.ts';
import { shown } from '../format/visible-text.ts';

export type DevEvent =
  | {
      readonly event: 'started';
      readonly issuer: string;
      /** Where verifiers hear of changes. */
      readonly changes: string;
      /** The config's names of audiences. */
      readonly apis: readonly string[];
      readonly users: number;
    }
  | {
      readonly event: 'reloaded';
      readonly users: number;
      /** What verifiers were told. */
      readonly published: readonly Change[];
    }
  | LoginEvent
  /** Files have changed and can't be used: what ran goes on. */
  | { readonly event: 'refused'; readonly problems: readonly Problem[] }
  | { readonly event: 'ended' };

/** A login that the Action has run for; no token, claim or secret is part of it. */
export interface LoginEvent
  extends Pick<Login, 'outcome' | 'reason' | 'permissions' | 'refused' | 'log' | 'unknown'> {
  readonly event: 'login';
  readonly flow: Login['request']['flow'];
  readonly user: string;
  readonly client: string;
  /** The API's identifier; null: none was requested. */
  readonly audience: string | null;
}

export function loginEventOf({
  request,
  outcome,
  reason,
  permissions,
  refused,
  log,
  unknown,
}: Login): LoginEvent {
  return {
    event: 'login',
    flow: request.flow,
    user: request.userId,
    client: request.clientId,
    audience: request.audience ?? null,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    permissions,
    ...(refused === undefined ? {} : { refused }),
    log,
    unknown,
  };
}

/** @param fixtures the file's name, as it was given */
export function formatEvent(event: DevEvent, fixtures: string, json: boolean): string {
  return json ? JSON.stringify(versioned(event)) : sentences(event, fixtures);
}

function sentences(event: DevEvent, fixtures: string): string {
  switch (event.event) {
    case 'started':
      return [
        'A tenant on this machine only. It asks nobody for a password.',
        `  Issuer  ${event.issuer}`,
        `  Logins  ${event.issuer} shows the event, claim and permissions of each`,
        `  Changes ${event.changes} tells verifiers what reloads change`,
        `  APIs    ${event.apis.join(', ')}`,
        `  Users   ${event.users}, of ${fixtures}`,
        'Ctrl+C ends it.',
      ].join('\n');
    case 'reloaded':
      return [
        `Read again: ${plural(event.users, 'user')}.`,
        ...(event.published.length === 0
          ? []
          : [`Verifiers were told of ${plural(event.published.length, 'change')}.`]),
      ].join(' ');
    case 'login':
      return loginSentences(shown(event));
    case 'refused':
      return [
        ...event.problems.map((problem) => formatProblem(shown(problem))),
        'Until then everything stays as it was.',
      ].join('\n');
    case 'ended':
      return 'Ended: its tokens are worth nothing now.';
  }
}

/** A login on one line, and below it what somebody may look for. */
function loginSentences(login: LoginEvent): string {
  const { flow, user, client, audience, outcome, reason, permissions, refused, log, unknown } = login;
  const held = permissions === null ? 'no claim' : plural(permissions.length, 'permission');
  return [
    `${flow}, ${user}, ${client}, ${audience ?? 'no API requested'}: ${outcome === 'allowed' ? held : outcome}`,
    ...(reason === undefined ? [] : [reason]),
    ...(refused === undefined ? [] : [`the verifier refuses the claim: ${refused}`]),
    ...unknown,
    ...log.map((line) => `log: ${line}`),
  ].join('\n  ');
}
