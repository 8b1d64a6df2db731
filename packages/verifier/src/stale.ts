// The refusals of tokens that don't know what has changed since they were issued.
import type { Freshness, NoAnswer } from './changes/freshness.ts';
import { UNAVAILABLE_WAIT } from './changes/freshness.ts';
import { VerifierError } from './errors.ts';

const MESSAGES = {
  out: 'The token was revoked: a new one is needed',
  changed: 'Permissions have changed since the token was issued: a new one is needed',
  forgotten: 'The token is older than the changes that are known: a new one is needed',
  old: 'The token is too old: a new one is needed',
} as const;

/** `cause`: the Denial, for logs. */
export function staleError(answer: NoAnswer, cause?: unknown): VerifierError {
  const details = { retryAfter: answer.wait, ...(cause === undefined ? {} : { cause }) };
  if (answer.kind === 'unavailable') {
    return new VerifierError('changes_unavailable', 'It is not known what has changed', details);
  }
  return new VerifierError('token_stale', MESSAGES[answer.cause?.cause ?? 'old'], details);
}

/** Waits for the first of the feed. Rejects with `changes_unavailable` where nothing has come. */
export async function demandStart(freshness: Freshness): Promise<void> {
  await freshness.start();
  if (!freshness.isStarted) throw staleError({ kind: 'unavailable', wait: UNAVAILABLE_WAIT });
}

/** Of several, the one that has to be waited for longest: after it there is an answer for all of them. */
export function longest(answers: readonly NoAnswer[]): NoAnswer | undefined {
  return answers.reduce<NoAnswer | undefined>(
    (most, next) => (most === undefined || next.wait > most.wait ? next : most),
    undefined,
  );
}
