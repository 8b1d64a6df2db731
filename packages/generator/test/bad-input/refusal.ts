import { expect } from 'vitest';
import { projectFolder } from '../project-folder.ts';

/** A config that works, to be broken in one place. */
export const CONFIG = `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders:
    audience: https://orders.acme.example
    globs: ["orders:*"]
`;

export const CATALOG = `{
  "permissions": [
    "orders:read",
    "orders:write",
    { "name": "invoices:read", "audience": "https://billing.acme.example" }
  ],
  "roles": {
    "Clerk": ["orders:read"]
  }
}
`;

/**
 * Runs a command on a project that it can't use, and returns what a person reads. Holds for every such run: exit code 2, nothing on standard
 * output, no file touched, no stack trace, every problem with a fix.
 * @param files replace those of the project that works
 */
export async function refusal(
  files: Readonly<Record<string, string | undefined>>,
  args = 'build',
  stdin = '',
): Promise<string> {
  const folder = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': CATALOG });
  folder.write(files);
  const before = folder.snapshot();
  const { exitCode, out, error } = await folder.claimgen(args, { stdin });
  expect(folder.snapshot()).toEqual(before);
  expect(exitCode).toBe(2);
  expect(out).toBe('');
  expect(error).not.toMatch(/^ {4}at |\bError:|undefined|\[object /m);
  expect(error).not.toContain(folder.path);
  const lines = error
    .trimEnd()
    .split('\n')
    .filter((line) => !/^and \d+ more /.test(line));
  expect(lines.filter((line) => line.startsWith('  ')).length).toBe(
    lines.filter((line) => !line.startsWith('  ')).length,
  );
  return `\n${error}`;
}

/** Replaces a text that stands in another exactly once. */
export function replaceOnce(text: string, part: string, by: string): string {
  expect(text.split(part)).toHaveLength(2);
  return text.replace(part, () => by);
}

/** The config with one part replaced. */
export function config(part: string, by: string): { 'claimgen.config.yaml': string } {
  return { 'claimgen.config.yaml': replaceOnce(CONFIG, part, by) };
}

/** The catalog with one part replaced. */
export function catalog(part: string, by: string): { 'catalog.json': string } {
  return { 'catalog.json': replaceOnce(CATALOG, part, by) };
}
