const ROUNDS = 25;
const ROUND_MS = 20;

let sink = 0;

/**
 * Nanoseconds per call of each function, the median of rounds that take turns, so that a busy machine slows all alike.
 *
 * @param functions [name, (i) → anything]; i counts up, for inputs that vary
 */
export function measure(functions) {
  const repeats = functions.map(([, run]) => calibrate(run));
  const times = functions.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    functions.forEach(([, run], index) => {
      times[index].push(time(run, repeats[index]) / repeats[index]);
    });
  }
  if (sink === -1) console.log(sink);
  return new Map(functions.map(([name], index) => [name, times[index].sort((x, y) => x - y)[ROUNDS >> 1]]));
}

function calibrate(run) {
  let repeats = 1;
  while (time(run, repeats) < ROUND_MS * 1e6) repeats *= 2;
  return repeats;
}

function time(run, repeats) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) if (run(i)) sink++;
  return Number(process.hrtime.bigint() - start);
}
