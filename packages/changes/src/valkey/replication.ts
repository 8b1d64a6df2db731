/**
 * Whether the server that was read is the log, and not an old primary behind a cut: one that has no replicas any longer may
 * have been replaced by one of them, and does not hear of it.
 */

/** Seconds since a replica was last heard of. They report every second. */
const MAX_LAG = 3;

/** Takes the reply of `INFO replication`; undefined where all is well, or what is not. */
export function replicationProblem(info: unknown, replicas: number): string | undefined {
  if (replicas === 0) return undefined;
  const lines = String(info).split(/\r?\n/);
  if (!lines.includes('role:master')) return 'the server is a replica';
  const near = lines.filter((line) => {
    if (!/^slave\d+:/.test(line) || !/[:,]state=online(,|$)/.test(line)) return false;
    const lag = /,lag=(\d+)/.exec(line)?.[1];
    return lag !== undefined && Number(lag) <= MAX_LAG;
  });
  return near.length >= replicas
    ? undefined
    : `the server has ${near.length} replicas that answer, and needs ${replicas}`;
}
