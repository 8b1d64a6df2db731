// Makes the program that it is loaded into (node --import) live on a faster clock: FAST_CLOCK_SPEED seconds pass in one since FAST_CLOCK_START, in
// milliseconds since 1970. How much memory the program had at most is written to FAST_CLOCK_MEMORY, in kilobytes, where that is set.
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const { FAST_CLOCK_START, FAST_CLOCK_SPEED, FAST_CLOCK_MEMORY } = process.env;
const start = Number(FAST_CLOCK_START);
const speed = Number(FAST_CLOCK_SPEED);

const { now } = Date;
Date.now = () => Math.floor(start + (now() - start) * speed);

const { setTimeout: delay } = timers;
timers.setTimeout = (ms, ...rest) => delay(ms / speed, ...rest);
syncBuiltinESMExports();

if (FAST_CLOCK_MEMORY !== undefined)
  process.once('exit', () => writeFileSync(FAST_CLOCK_MEMORY, String(process.resourceUsage().maxRSS)));
