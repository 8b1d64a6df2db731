// Runs `claimgen` with a clock that is faster than the machine's: node large-pull.js <start> <speed> <argument>…
import { run } from '@claimgen/generator';

const [, , startText, speedText, ...args] = process.argv;
const [start, speed] = [Number(startText), Number(speedText)];
const exitCode = await run({
  args,
  cwd: process.cwd(),
  version: '0.0.0-test',
  env: process.env,
  clock: {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms / speed);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  },
  readStdin: async () => '',
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
console.log(JSON.stringify({ exitCode, megabytes: process.resourceUsage().maxRSS / 1_024 }));
