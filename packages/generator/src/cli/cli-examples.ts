import { CHECK_EXAMPLES } from '../check/options.ts';
import { POPULATION_EXAMPLES } from '../population/options.ts';
import { SIMULATE_EXAMPLES } from '../simulate/options.ts';

/** A command line and what it is for; at most 36 and 40 characters, to fit 80 columns side by side. */
export type Example = readonly [line: string, description: string];

/** What `--help` shows, by command; the empty name stands for the program. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    ['$0 build', 'write everything that is deployed'],
    ['$0 check --base origin/main', 'the gate in CI'],
    ['$0 explain orders:refund', 'who holds it, and why'],
    ['$0 population --model 1000000', 'how large tokens will be'],
  ],
  build: [
    ['$0 build', 'for the base of the config'],
    ['$0 build --env prod', 'the Action of an environment'],
    ['$0 build --why', 'and what would make tokens smaller'],
  ],
  check: CHECK_EXAMPLES,
  inspect: [
    ['$0 inspect < token.txt', 'from a file'],
    ['pbpaste | $0 inspect', 'from the clipboard (macOS)'],
  ],
  explain: [['$0 explain orders:refund', 'patterns, place and roles']],
  rebase: [
    ['$0 rebase', '1. add a fresh order; deploy the APIs'],
    ['$0 rebase --activate', '2. write it; deploy the Action'],
    ['$0 rebase --prune', '3. once no old token is left'],
  ],
  simulate: SIMULATE_EXAMPLES,
  population: POPULATION_EXAMPLES,
};
