// Lints as a terminal shows them: what holds for several APIs is said once.
import { hang } from '../format/wrap.ts';
import type { Lint } from '../lint/lint.ts';
import type { Report } from './build-report.ts';

/** @param audiences whose lints differ in nothing but the API that they are about are told as one */
export function formatLints(
  lints: readonly Lint[],
  audiences: readonly Pick<Report['audiences'][number], 'name' | 'identifier'>[],
): string[] {
  const identifiers = new Map(audiences.map(({ name, identifier }) => [name, identifier]));
  const groups = new Map<string, { readonly first: Lint; readonly others: string[] }>();
  for (const lint of lints) {
    const name = audienceOf(lint);
    const identifier = name === undefined ? undefined : identifiers.get(name);
    const key =
      identifier === undefined
        ? JSON.stringify(lint)
        : JSON.stringify([
            lint.severity,
            lint.code,
            lint.path?.slice(2),
            lint.message.split(identifier),
            lint.fix,
          ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: lint, others: [] });
    else if (name !== undefined) group.others.push(name);
  }
  return [...groups.values()].map(({ first, others }) => formatLint(first, others));
}

/** The name of the audience that a lint is about, where it is about one. */
function audienceOf({ path }: Lint): string | undefined {
  const [section, name] = path ?? [];
  return section === 'audiences' && typeof name === 'string' ? name : undefined;
}

function formatLint({ severity, code, where, message, fix }: Lint, others: readonly string[]): string {
  return [
    hang(`${severity} `, `${code}: ${where}: ${message}`),
    ...(others.length === 0 ? [] : [hang('  ', `The same for ${others.join(', ')}.`)]),
    hang('  ', fix),
  ].join('\n');
}
