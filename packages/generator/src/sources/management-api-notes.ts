import type { ManagementApiSource } from '@claimgen/action-runtime';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';

/** What the effective-permissions endpoint returns at once: auth0.com/docs/api/management/v2. */
const PAGE = 50;

/** Milliseconds a request is assumed to take, for the estimate alone. */
const LATENCY = 150;

/** Requests a second that the Management API takes, by plan. Source: auth0.com/docs, "Rate limit configurations". */
const PLANS: readonly (readonly [string, number])[] = [
  ['Free', 2],
  ['Essentials and Professional', 150 / 60],
  ['Enterprise', 16],
  ["Enterprise's non-production tenants", 2],
];

/**
 * What asking the Management API at login costs, for the user who holds every permission of the APIs.
 * @param apis how many permissions each of them has
 */
export function managementApiNotes(source: ManagementApiSource, apis: readonly number[]): string[] {
  const pages = apis.reduce((sum, permissions) => sum + Math.max(1, Math.ceil(permissions / PAGE)), 0);
  // The token's request comes once in its lifetime where the cache keeps it.
  const requests = pages + 1;
  const time = requests * LATENCY;
  const plans = PLANS.map(([plan, perSecond]) => `${round(perSecond / pages)} on ${plan}`);
  return [
    `A login asks the Management API for up to ${plural(pages, 'page')} of ${PAGE} permissions, one after another: ${count(time)} ms with the token's request at ${LATENCY} ms each, of ${count(source.deadlineMs)} ms.`,
    ...(time > source.deadlineMs
      ? [
          `Users with that many permissions would pass the deadline: set deadlineMs to ${count(2 * time)}, or take roles as the source.`,
        ]
      : []),
    ...(requests > source.maxRequests
      ? [
          `Users with that many permissions would need ${plural(requests, 'request')}, of ${source.maxRequests}: set maxRequests to ${requests + 4}.`,
        ]
      : []),
    `The Management API's rate limit allows so many of these logins a second: ${plans.join(', ')}; everything else that uses it comes on top.`,
  ];
}

function round(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(value >= 1 ? 1 : 2);
}
