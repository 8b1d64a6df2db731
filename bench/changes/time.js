/** From the time of publishing to the last and to the middle of those who had to hear of it, over several changes. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Nanoseconds per call, the best of many rounds. */
export function nanoseconds(call, calls) {
  return compare([call], calls)[0];
}

/** Nanoseconds per call of each, the best of many rounds, in turn: a machine that is slower for a while is so for all. */
export function compare(asks, calls, rounds = 50) {
  const best = asks.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, call] of asks.entries()) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < calls; i += 1) call(i);
      best[index] = Math.min(best[index], Number(process.hrtime.bigint() - start) / calls);
    }
  }
  return best;
}
