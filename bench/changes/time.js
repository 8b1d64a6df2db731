/** From the time of publishing to the last and to the middle of those who had to hear of it, over several changes. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Nanoseconds per call, the best of many rounds. */
export function nanoseconds(call, calls) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 50; round += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i += 1) call(i);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls);
  }
  return best;
}
