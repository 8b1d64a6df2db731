// `claimgen log`: makes a log of changes.
import { type Command, defineCommand } from '../cli/command.ts';
import { usageError } from '../errors.ts';
import { LOG_OPTIONS } from './log-options.ts';
import { initLog } from './open-log.ts';

export const log: Command = defineCommand({
  describe: 'Make a log of changes, or make one again that was lost',
  argument: { name: 'init', describe: 'What is done; there is nothing else', kind: 'required' },
  options: {
    ...LOG_OPTIONS,
    lost: {
      type: 'boolean',
      describe: 'There was a log, and its records are lost: everybody refreshes once',
    },
    json: { type: 'boolean', describe: 'Print JSON for programs' },
  },
  examples: [
    ['$0 log init --journal changes', 'nothing has happened yet'],
    ['$0 log init --journal changes --lost', 'records of before are lost'],
  ],
  async run(values, [action], process) {
    if (action !== 'init') throw usageError('log does nothing but init', 'Write claimgen log init.');
    const lost = values.lost === true;
    await initLog(values, lost, process.cwd);
    return {
      text: lost
        ? 'Made the log. Tokens from before are refused once: nobody knows what has changed for them.'
        : 'Made the log.',
      json: { lost },
      exitCode: 0,
    };
  },
});
