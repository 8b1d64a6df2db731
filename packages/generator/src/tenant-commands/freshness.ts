// `claimgen doctor --freshness`: whether changes reach verifiers. The hub is read as a verifier reads it, the tenant's streams are looked at, and with
// --probe a change is made to a test user and awaited.

import type { Finding, OpenTenant } from '@claimgen/tenant';
import { readRecord } from '@claimgen/verifier/changes';
import { parseUrl } from '#auth0/parse-url';
import { loadChanges } from '../change-commands/open-log.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { oneLine } from '../format/visible-text.ts';
import type { TenantPackage } from './tenant-package.ts';

/** What was given. */
export interface FreshnessValues {
  readonly freshness?: boolean | undefined;
  readonly hub?: string | undefined;
  readonly probe?: string | undefined;
}

/** What is examined. */
export interface Freshness {
  readonly hub: URL;
  readonly secret: string;
  readonly probe: string | undefined;
}

/** The environment variable with what readers have to know, as of `claimgen hub`. */
const SECRET = 'CHANGES_SECRET';
/** Milliseconds in which the hub must give a sign of life: two heartbeats. */
const LIFE = 10_000;
/** Milliseconds by which clocks may differ: `at` has as much to spare. */
const CLOCKS = 5_000;
/** Milliseconds that a change may take: Auth0 sends log streams in batches. */
const PATIENCE = 120_000;

/** @throws InputError */
export function freshnessOf(values: FreshnessValues, { env = {} }: Process): Freshness | undefined {
  const { freshness = false, hub, probe } = values;
  if (!freshness) {
    if (hub === undefined && probe === undefined) return undefined;
    throw usageError('--hub and --probe are for --freshness', 'Add --freshness, or leave them out.');
  }
  if (hub === undefined || !/^https?:\/\//i.test(hub) || parseUrl(hub) === undefined)
    throw usageError('--freshness needs the URL of the hub', 'Write --hub https://changes.acme.example.');
  if (probe === '')
    throw usageError('the option --probe is empty', "Write --probe 'auth0|…', or leave it out.");
  const [secret = ''] = (env[SECRET] ?? '').split(/\s+/u);
  if (secret === '')
    throw usageError(`${SECRET} is not set`, `Set ${SECRET} in the environment, as for claimgen hub.`);
  return { hub: new URL(hub), secret, probe };
}

/** Scopes that it needs of the Management API. */
export function freshnessScopes(
  { SCOPES }: Pick<typeof TenantPackage, 'SCOPES'>,
  freshness: Freshness | undefined,
): readonly string[] {
  if (freshness === undefined) return [];
  return [...SCOPES.streams, ...(freshness.probe === undefined ? [] : SCOPES.revoke)];
}

/** @throws TenantError, InputError */
export async function examineFreshness(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  { hub, secret, probe }: Freshness,
  process: Process,
): Promise<Finding[]> {
  const { openHttpFeed } = await loadChanges();
  let feed: ReturnType<typeof openHttpFeed>;
  try {
    feed = openHttpFeed(new URL('/changes', hub), { secret });
  } catch (error) {
    // It is about the options, and says nothing of the secret.
    throw usageError(
      `the hub can't be read: ${(error as TypeError).message}`,
      `Correct --hub, or ${SECRET}.`,
    );
  }
  const streams = await tenant.diagnoseStreams(opened, hub);
  const stop = new AbortController();
  const frames = feed.read(undefined, stop.signal)[Symbol.asyncIterator]();
  try {
    const clock = await firstFrame(frames, hub);
    if (clock.some(({ severity }) => severity === 'error') || probe === undefined)
      return [...clock, ...streams];
    return [...clock, ...streams, ...(await timed(tenant, opened, frames, probe, process))];
  } finally {
    stop.abort();
    await frames.return?.(undefined)?.catch(() => undefined);
  }
}

type Frames = AsyncIterator<unknown>;

/** Waits for the frame that says that all is read. */
async function firstFrame(frames: Frames, hub: URL): Promise<Finding[]> {
  const deadline = performance.now() + LIFE;
  try {
    for (;;) {
      const frame = await next(frames, deadline);
      if (frame === undefined) return [unreachable(hub, `gives no sign of life within ${LIFE / 1000} s`)];
      const { now } = frame;
      if (typeof now !== 'number' || now === 0) continue;
      const seconds = Math.round((now - Date.now()) / 1_000);
      return Math.abs(seconds) * 1_000 <= CLOCKS
        ? []
        : [
            {
              code: 'feed_clock',
              severity: 'warning',
              message: `the hub's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine's: records are dated wrongly by as much`,
              fix: 'Let both be set by NTP.',
            },
          ];
    }
  } catch (error) {
    const { code, message = 'it ended the answer' } = Object(error) as { code?: unknown; message?: string };
    if (code !== 'feed_refused') return [unreachable(hub, "is not reached, or can't read its log")];
    return [
      {
        code: 'feed_refused',
        severity: 'error',
        message: `${hub.origin}: ${message.split('. ')[0]}`,
        fix: `Check --hub, and that ${SECRET} is the hub's.`,
      },
    ];
  }
}

/** The next frame; undefined where none comes in time. */
async function next(
  frames: Frames,
  deadline: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - performance.now()));
  });
  try {
    const step = await Promise.race([frames.next(), late]);
    if (step?.done === true) throw new Error('the hub ended its answer');
    return step === undefined ? undefined : Object(step.value);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(hub: URL, what: string): Finding {
  return {
    code: 'feed_unreachable',
    severity: 'error',
    message: `the hub ${hub.origin} ${what}: verifiers that read it do what their onStale says`,
    fix: 'Look at its log, and at GET /health.',
  };
}

/** Ends what a test user has, which is a change that no other user notices, and waits until the feed tells of it. */
async function timed(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  frames: Frames,
  user: string,
  process: Process,
): Promise<Finding[]> {
  process.error(`Ending the sessions and refresh tokens of ${oneLine(user)}, and waiting for the feed.\n`);
  const begun = performance.now();
  const deadline = begun + PATIENCE;
  const since = Date.now() - CLOCKS;
  await tenant.revokeUser(opened, user);
  for (;;) {
    const frame = await next(frames, deadline).catch(() => undefined);
    if (frame === undefined) break;
    const records = Array.isArray(frame['records']) ? frame['records'] : [];
    const isTold = records.some((value: unknown) => {
      const { sub, at, out, widened } = readRecord(value, Number.NaN);
      return sub === user && out && !widened && at >= since;
    });
    if (!isTold) continue;
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    return [
      {
        code: 'change_arrived',
        severity: 'note',
        message: `a change in the tenant reached readers of the hub after ${seconds} s`,
        fix: 'Nothing is to be done.',
      },
    ];
  }
  return [
    {
      code: 'change_late',
      severity: 'error',
      message: `a change in the tenant did not reach readers of the hub within ${PATIENCE / 1_000} s`,
      fix: "Look at the stream's health in the dashboard, and at the log of the hub.",
    },
  ];
}
