import { type Flow, flows } from '#simulator/event/login-description';
import { faultModes } from './fault.ts';

interface TextOption {
  readonly type: 'string';
  readonly requiresArg: true;
  readonly describe: string;
}

const text = (describe: string): TextOption => ({ type: 'string', requiresArg: true, describe });

/** What `claimgen simulate` takes, besides what every command takes. */
export const SIMULATE_OPTIONS: {
  readonly user: TextOption;
  readonly users: TextOption;
  readonly audience: TextOption;
  readonly flow: { readonly choices: readonly Flow[]; readonly requiresArg: true; readonly describe: string };
  readonly node: {
    readonly choices: readonly ('18' | '22')[];
    readonly string: true;
    readonly requiresArg: true;
    readonly describe: string;
  };
  readonly fault: TextOption;
  readonly built: { readonly type: 'boolean'; readonly describe: string };
} = {
  user: text('One user in place of the fixtures: an id, or JSON'),
  users: text('A file with a user as JSON on each line, .gz as well; it may be larger than memory'),
  audience: text('One audience, by name or identifier; all by default'),
  flow: {
    choices: flows,
    requiresArg: true,
    describe: 'How users log in: password by default, and each way for the fixtures',
  },
  node: {
    choices: ['18', '22'],
    string: true,
    requiresArg: true,
    describe: 'A Node that Auth0 runs Actions on, which npx fetches; by default the one that runs claimgen',
  },
  fault: text(
    `What goes wrong, as in managementApi=429,cache=full. ${Object.entries(faultModes)
      .map(([subject, modes]) => `${subject}: ${modes.join(', ')}`)
      .join('; ')}`,
  ),
  built: { type: 'boolean', describe: 'Run the Action on disk in place of one that is built now' },
};

/** Command lines for the help text, each with what it does. */
export const SIMULATE_EXAMPLES: readonly (readonly [string, string])[] = [
  ['$0 simulate', 'every flow, with and without roles'],
  ["$0 simulate --user 'auth0|1'", 'one user, by id or as JSON'],
  ['$0 simulate --users users.ndjson', 'many users; --json for NDJSON'],
  ['$0 simulate --fault managementApi=429', 'while the Management API refuses'],
  ['$0 simulate --node 22 --built', "the file on disk, on Auth0's Node"],
];
