import { fileURLToPath } from 'node:url';
import { type ProjectFolder, projectFolder, snapshotOf } from './project-folder.ts';

/** A project of test/fixtures, copied to a temporary folder, with some of its files changed. */
export function fixture(
  name: string,
  change: (path: string, text: string) => string = (_, text) => text,
): ProjectFolder {
  const files = [...snapshotOf(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)))];
  return projectFolder(
    Object.fromEntries(
      files.map(([path, text]) => [path, text === undefined ? undefined : change(path, text)]),
    ),
  );
}

/** A report as `build` writes it, as far as these tests look at it. */
export interface WrittenReport {
  readonly audiences: readonly {
    readonly proof: { readonly line: number };
    readonly grants: readonly { readonly client: string; readonly scopes: number; readonly line: number }[];
  }[];
  readonly lints: readonly { readonly code: string }[];
  readonly notes: readonly string[];
}

export function reportOf(project: ProjectFolder): WrittenReport {
  return JSON.parse(project.read('claimgen/report.json')) as WrittenReport;
}
