import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import type { LoginVerdict } from './login-verdict.ts';

/** What many logins came to. Sizes are bytes. */
export interface Summary {
  readonly logins: number;
  readonly allowed: number;
  readonly denied: number;
  readonly failed: number;
  readonly overBudget: number;
  /** Logins that are not in order: they decide the exit code. */
  readonly wrong: number;
  readonly meanLine: number;
  readonly largestLine: number;
}

/** Counts logins, one by one. */
export function createSummary(): { add(verdict: LoginVerdict): void; read(): Summary } {
  const outcomes = { allowed: 0, denied: 0, failed: 0 };
  let overBudget = 0;
  let wrong = 0;
  let lines = 0;
  let bytes = 0;
  let largestLine = 0;
  return {
    add({ outcome, audience, lineBytes, budgetBytes, ok }) {
      outcomes[outcome] += 1;
      if (audience !== null && lineBytes > budgetBytes) overBudget += 1;
      if (!ok) wrong += 1;
      if (lineBytes > 0) lines += 1;
      bytes += lineBytes;
      largestLine = Math.max(largestLine, lineBytes);
    },
    read: () => ({
      logins: outcomes.allowed + outcomes.denied + outcomes.failed,
      ...outcomes,
      overBudget,
      wrong,
      meanLine: lines === 0 ? 0 : Math.round(bytes / lines),
      largestLine,
    }),
  };
}

export function formatSummary(summary: Summary): string {
  const { logins, allowed, denied, failed, overBudget, meanLine, largestLine } = summary;
  return (
    `${plural(logins, 'login')}: ${count(allowed)} allowed, ${count(denied)} denied, ${count(failed)} failed; ` +
    `${count(overBudget)} over the budget; lines of ${count(meanLine)} bytes on average, ${count(largestLine)} at most.`
  );
}
