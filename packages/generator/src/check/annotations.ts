import type { Checked } from './checked.ts';

/** A place in the repository that GitHub shows a message at. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  /** Relative to the repository's root, with slashes. */
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
}

/** Where things stand, as GitHub needs to know it. */
export interface Places {
  /** The config, relative to the repository's root. */
  readonly config: string;
  /** The line of an audience's entry in the config. */
  lineOf(audience: string): number | undefined;
  /** A generated file's path, relative to the repository's root. */
  pathOf(file: string): string;
}

/** One annotation a failure and warning, and one for each stale file. */
export function annotationsOf({ failures, warnings }: Checked, places: Places): Annotation[] {
  return [
    ...failures.flatMap(({ code, message, fix, audience, files }): Annotation[] => {
      const annotation = {
        level: 'error',
        title: `claimgen: ${code}`,
        message: `${message}. ${fix}`,
      } as const;
      if (files !== undefined)
        return files.map((file) => ({ ...annotation, file: places.pathOf(file), line: 1 }));
      return [
        {
          ...annotation,
          file: places.config,
          line: audience === undefined ? 1 : places.lineOf(audience),
        },
      ];
    }),
    ...warnings.map(({ code, message, fix, where }): Annotation => {
      const audience = /^audiences\.([^.[]+)/.exec(where)?.[1];
      return {
        level: 'warning',
        title: `claimgen: ${code}`,
        message: `${where}: ${message}. ${fix}`,
        file: places.config,
        line: audience === undefined ? 1 : places.lineOf(audience),
      };
    }),
  ];
}

/** A workflow command (docs.github.com, "Workflow commands for GitHub Actions"). */
export function formatAnnotation({ level, title, message, file, line }: Annotation): string {
  const properties = { file, line, title };
  const list = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::${level} ${list.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
