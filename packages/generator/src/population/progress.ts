import cliProgress from 'cli-progress';

/** Says how far a long run is; a no-op where nobody watches. */
export interface Progress {
  add(steps: number): void;
  stop(): void;
}

/** How many steps are taken between two looks at the clock. */
const STRIDE = 1 / 1000;

/**
 * A progress bar with the time left.
 * @param stream the terminal; nothing is written to what is none
 * @param total how many steps there are; without it, none is shown
 * @param unit what a step is
 */
export function startProgress(
  stream: NodeJS.WriteStream | undefined,
  total: number | undefined,
  unit: string,
): Progress {
  if (stream?.isTTY !== true || total === undefined || total === 0) {
    return { add: () => undefined, stop: () => undefined };
  }
  const bar = new cliProgress.SingleBar(
    {
      stream,
      format: `{bar} {percentage}%  {value} of {total} ${unit}  {eta_formatted} left`,
      barsize: 24,
      clearOnComplete: true,
      hideCursor: true,
      formatValue: (value, _options, type) =>
        type === 'percentage' ? String(value) : value.toLocaleString('en-US'),
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  let done = 0;
  let shown = 0;
  return {
    add(steps) {
      done += steps;
      if (done - shown < total * STRIDE) return;
      shown = done;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
