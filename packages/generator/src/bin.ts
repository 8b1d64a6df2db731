import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { wantsColor } from './format/paint.ts';
import { run } from './run.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

process.exitCode = await run({
  args: process.argv.slice(2),
  cwd: process.cwd(),
  version,
  readStdin: () => text(process.stdin),
  stdin: () => process.stdin,
  terminal: process.stderr,
  columns: process.stdout.columns || undefined,
  colors: wantsColor(process.stdout, process.env),
  env: process.env,
  out: (line) => process.stdout.write(line),
  error: (line) => process.stderr.write(line),
});
