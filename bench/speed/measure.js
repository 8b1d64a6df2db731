const ROUNDS = 150;
const ROUND_MS = 3;
const WARM_UP_MS = 500;

let sink = 0;

/**
 * Nanoseconds per call of each function, in its best round of those that take turns: other work of the machine only adds.
 *
 * @param functions [name, (i) → anything]; i counts up, for inputs that vary
 */
export function measure(functions) {
  const repeats = functions.map(([, run]) => calibrate(run));
  const best = functions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    functions.forEach(([, run], index) => {
      best[index] = Math.min(best[index], time(run, repeats[index]) / repeats[index]);
    });
  }
  if (sink === -1) console.log(sink);
  return new Map(functions.map(([name], index) => [name, best[index]]));
}

/** How many calls a round takes, once the compiler has had its time. */
function calibrate(run) {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) time(run, 10);
  let repeats = 1;
  while (time(run, repeats) < ROUND_MS * 1e6) repeats *= 2;
  return repeats;
}

function time(run, repeats) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) if (run(i)) sink++;
  return Number(process.hrtime.bigint() - start);
}
