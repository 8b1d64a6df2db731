// Whether what is changed in the tenant reaches the hub: which streams go there, and what keeps them from it.
import { parseUrl } from '#auth0/parse-url';
import type { OpenTenant } from '../tenant.ts';
import type { Finding } from './finding.ts';
import { readStreams, type Stream } from './streams.ts';

/** The category of logs that has the calls of the Management API, by which permissions change. */
const CALLS = 'management.success';

/** Types of events after which tokens may hold what users may not, or the other way round. */
const EVENTS = [
  ...['user.updated', 'user.deleted', 'organization.deleted', 'organization.member.deleted'],
  ...['organization.member.role.assigned', 'organization.member.role.deleted'],
  ...['group.deleted', 'group.member.added', 'group.member.deleted'],
  ...['group.role.assigned', 'group.role.deleted'],
  ...['organization.group.role.assigned', 'organization.group.role.deleted'],
];

/**
 * Compares the tenant's streams with what a hub needs. Reads only.
 * @param hub where it is reached from Auth0
 * @throws TenantError
 */
export async function diagnoseStreams({ reader }: OpenTenant, hub: URL): Promise<Finding[]> {
  const streams = await readStreams(reader);
  return streamFindings(streams, hub);
}

/** What is wrong with streams. */
export function streamFindings(streams: readonly Stream[], hub: URL): Finding[] {
  const reaching = streams.filter(({ endpoint }) => parseUrl(endpoint)?.origin === hub.origin);
  if (reaching.length === 0) {
    return [
      {
        code: 'stream_missing',
        severity: 'warning',
        message: `no log stream and no event stream of the tenant goes to ${hub.origin}: what is changed there without claimgen publish or deploy takes effect when tokens expire`,
        fix: 'Add a custom webhook to a path of the hub that receiveLogStream serves; where none can reach it, let the hub poll (pollLogs), and this finding be.',
      },
    ];
  }
  const broken = reaching.flatMap(faultOf);
  const working = reaching.filter((stream) => faultOf(stream).length === 0);
  const hasCalls = working.some(({ kind, topics }) => kind === 'log stream' && topics === undefined);
  return [...broken, ...(hasCalls || working.length === 0 ? [] : gaps(working))];
}

function faultOf({ kind, name, status, isActive, isAuthorized, topics }: Stream): Finding[] {
  const named = `the ${kind} ${JSON.stringify(name)}`;
  const findings: Finding[] = [];
  if (!isActive) {
    findings.push({
      code: 'stream_stopped',
      severity: 'error',
      message: `${named} is ${status}: nothing of it reaches the hub`,
      fix: 'Start it again in the dashboard, and look why it stopped; what it has missed counts as a change of everything: claimgen publish --everyone --lost "*" --gained "*".',
    });
  }
  if (!isAuthorized) {
    findings.push({
      code: 'stream_unauthorized',
      severity: 'error',
      message: `${named} sends no bearer token: the hub answers it with 401`,
      fix: 'Set its authorization to Bearer and the secret of the receiver.',
    });
  }
  if (kind === 'log stream' && topics !== undefined && !topics.includes(CALLS)) {
    findings.push({
      code: 'stream_filtered',
      severity: 'error',
      message: `${named} is limited to ${topics.join(', ')}, without the calls by which permissions change`,
      fix: `Add ${CALLS} to its categories, or take the filter away.`,
    });
  }
  return findings;
}

/** What streams that work leave out. */
function gaps(streams: readonly Stream[]): Finding[] {
  const logs = streams.filter(({ kind }) => kind === 'log stream');
  if (logs.length > 0) {
    const topics = new Set(logs.flatMap((stream) => stream.topics ?? []));
    const missing = ['user.success', 'scim.event', 'other'].filter((topic) => !topics.has(topic));
    if (missing.length === 0) return [];
    return [
      {
        code: 'stream_filtered',
        severity: 'note',
        message: `the log streams to the hub leave out ${missing.join(', ')}: users that are deleted or blocked by themselves, by SCIM or by a directory are not told`,
        fix: 'Add these categories, or take the filter away.',
      },
    ];
  }
  const types = new Set(streams.flatMap((stream) => stream.topics ?? []));
  const missing = EVENTS.filter((type) => !types.has(type));
  return [
    {
      code: 'stream_filtered',
      severity: 'warning',
      message: `only event streams go to the hub, and there is no event for roles and permissions that a user is given directly${missing.length === 0 ? '' : `; nor are there subscriptions for ${missing.join(', ')}`}`,
      fix: 'Add a log stream, which has every call; or publish such changes yourself.',
    },
  ];
}
