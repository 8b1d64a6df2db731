// What must be confirmed: by an option, or by the person at the terminal.

import { refusal, usageError } from '../errors.ts';
import type { Process } from './process.ts';

/**
 * @param what is about to be done, as a question
 * @throws InputError where nobody can answer, or the answer is no
 */
export async function confirm(
  what: string,
  values: { readonly yes?: boolean | undefined },
  { prompter }: Process,
): Promise<void> {
  if (values.yes === true) return;
  if (prompter === undefined)
    throw usageError('this must be confirmed, and nobody can answer here', 'Use --yes where it is meant.');
  if (!(await prompter.confirm(what))) throw refusal('it was not confirmed', 'Nothing was changed.');
}
