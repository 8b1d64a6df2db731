// Holds what is written here to docs/reference/words.md, and the page of --json to the schema.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../packages/generator/src/commands/program.ts';
import { packages, root } from './imports.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const filesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** What users and contributors read, but for the page that names the words, and the record of changes. */
const files = [
  ...packages.flatMap((name) => filesIn(`packages/${name}/src`)),
  ...['packages/generator/schema', 'templates', 'docs'].flatMap(filesIn),
  ...['README.md', 'ARCHITECTURE.md', 'SECURITY.md'].map((name) => join(root, name)),
].filter((file) => /\.(?:ts|json|hbs|md)$/.test(file) && !file.endsWith('words.md'));

describe('words that docs/reference/words.md rules out', () => {
  const body = /^```not-used\n(.*?)^```$/ms.exec(read('docs/reference/words.md'))?.[1] ?? '';
  const words = body.trimEnd().split('\n');

  it('are listed there', () => {
    expect(words).toContain('mend');
    expect(files.length).toBeGreaterThan(100);
  });

  it.each(words)('%s is in no source, schema, template or page', (word) => {
    const pattern = new RegExp(`\\b${word.replace(' ', '\\s')}\\b`, 'i');
    expect(files.filter((file) => pattern.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('the output of --json', () => {
  const { definitions } = JSON.parse(read('packages/generator/schema/output.schema.json')) as {
    definitions: Record<string, { description?: string }>;
  };

  it('has a definition for each command', () => {
    expect(Object.keys(definitions)).toEqual(expect.arrayContaining([...COMMANDS.keys()]));
  });

  it('has each of these definitions on its page', () => {
    const printed = Object.keys(definitions).filter((name) =>
      /--json|^report\.json/.test(definitions[name]?.description ?? ''),
    );
    const page = read('docs/reference/json.md');
    expect(printed.filter((name) => !page.includes(`#/definitions/${name}\``))).toEqual([]);
    expect(printed.length).toBeGreaterThanOrEqual(COMMANDS.size);
  });
});
