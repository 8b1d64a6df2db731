// What happens while `claimgen dev` runs: in sentences for people, or as a JSON object a line.
import type { Change } from '@claimgen/dev';
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
  /** Files have changed and can't be used: what ran goes on. */
  | { readonly event: 'refused'; readonly problems: readonly Problem[] }
  | { readonly event: 'ended' };

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
    case 'refused':
      return [
        ...event.problems.map((problem) => formatProblem(shown(problem))),
        'Until then everything stays as it was.',
      ].join('\n');
    case 'ended':
      return 'Ended: its tokens are worth nothing now.';
  }
}
