// The option --port of commands that serve.
import { usageError } from '../errors.ts';

const MAX_PORT = 65_535;

/** @throws InputError for what is not a port; 0 is any that is free */
export function checkPort(port: number, usual: number): void {
  if (Number.isSafeInteger(port) && port >= 0 && port <= MAX_PORT) return;
  throw usageError(
    `--port must be a whole number from 0 to ${MAX_PORT}`,
    `Write --port ${usual}, or leave it out.`,
  );
}
