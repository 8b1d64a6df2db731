// Publishing once, and once more when everything that was under way has ended.
import { setTimeout } from 'node:timers/promises';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';

/** Seconds in which Auth0's instances may still run the Action that was replaced. */
export const SETTLE = 60;

/** The option, as a command lists it. */
export const SETTLE_OPTION: { readonly type: 'number'; readonly describe: string } = {
  type: 'number',
  describe: 'Seconds after which the changes are published again',
};

/**
 * The seconds that were given, or those that are the rule.
 * @throws InputError
 */
export function settleOf(given: number | undefined, rule: number): number {
  if (given === undefined) return rule;
  if (Number.isFinite(given) && given >= 0 && given <= 3600) return given;
  throw usageError(
    '--settle is a number of seconds from 0 to 3600',
    `Write --settle ${SETTLE}, or leave it out.`,
  );
}

/**
 * Publishes at once, and again after so many seconds: a login that was under way then has its record, too.
 * @param publish appends the changes, with the time at which it is called
 */
export async function publishSettled(
  publish: () => Promise<void>,
  seconds: number,
  process: Pick<Process, 'clock' | 'error'>,
): Promise<void> {
  await publish();
  if (seconds === 0) return;
  process.error(`Published; again in ${plural(seconds, 'second')}.\n`);
  await (process.clock?.sleep(seconds * 1000) ?? setTimeout(seconds * 1000));
  await publish();
}
