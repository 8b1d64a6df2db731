// A clock that runs faster than the machine's, the same in both processes.

/** @returns {import('@claimgen/tenant').Clock} */
export function fastClock(start, speed) {
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
  };
}
