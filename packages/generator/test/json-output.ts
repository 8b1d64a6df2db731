// Holds whatever a test's run of the command prints with --json to the schema that the package publishes.
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { wantsJson } from '../src/cli/parse.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const schema = new URL('../schema/output.schema.json', import.meta.url);
ajv.addSchema(JSON.parse(readFileSync(schema, 'utf8')), 'output');

function validatorOf(definition: string): ValidateFunction {
  const validate = ajv.getSchema(`output#/definitions/${definition}`);
  if (validate === undefined) throw new Error(`the schema has no definition ${definition}`);
  return validate;
}

/** @throws Error where a value is not of this definition */
export function assertOutput(definition: string, value: unknown): void {
  const validate = validatorOf(definition);
  if (validate(value)) return;
  throw new Error(
    `not of #/definitions/${definition}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`,
  );
}

/** The same for what a command line has printed; nothing is asked of one without --json. */
export function assertJsonOutput(args: readonly string[], exitCode: number, out: string): void {
  if (!wantsJson(args) || args.includes('--help') || out === '') return;
  const [command = ''] = args;
  if (command === 'simulate' && args.includes('--users')) {
    const lines = out.trimEnd().split('\n');
    // A problem ends the lines, over several of them.
    const problems = exitCode > 1 ? lines.indexOf('{') : -1;
    const logins = problems === -1 ? lines : lines.slice(0, problems);
    for (const line of logins) assertOutput('simulateLine', JSON.parse(line));
    if (problems !== -1) assertOutput('problems', JSON.parse(lines.slice(problems).join('\n')));
    return;
  }
  assertOutput(exitCode > 1 ? 'problems' : command, JSON.parse(out));
}
