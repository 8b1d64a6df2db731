import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const page = readFileSync(
  fileURLToPath(new URL('../../../../docs/guide/deploying.md', import.meta.url)),
  'utf8',
);

/** The commands of docs/guide/deploying.md below a comment of that title. */
export function documentedCommands(title: string): string {
  const marked = page.split(`<!-- commands: ${title} -->\n\`\`\`sh\n`)[1];
  if (marked === undefined) throw new Error(`docs/guide/deploying.md has no commands for ${title}`);
  return marked.split('```')[0] ?? '';
}

/** Runs shell commands in a folder, with these variables besides the usual ones. */
export async function shell(
  commands: string,
  cwd: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  // The test runner's own variables are no part of a user's shell.
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...variables };
  const { stdout } = await promisify(execFile)('sh', ['-euc', commands], { cwd, env });
  return stdout;
}
