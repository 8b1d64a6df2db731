// What is wrong with names: of the Action, of claims, of audiences now and before.
import type { Problem } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import type { AudienceConfig } from './audience-config.ts';
import { claimNameProblem } from './claim-name.ts';
import type { RawConfig } from './raw-config.ts';

/** What no file system takes in a name, as the Action's folder is named after it. */
export function actionNameProblems(source: SourceText, raw: RawConfig): Problem[] {
  const name = raw.action?.name ?? '';
  if (!/[/\\:*?"<>|\p{Cc}\p{Cs}]|^[. ]|[. ]$/u.test(name)) return [];
  return [
    source.problem(
      'config_invalid',
      ['action', 'name'],
      "the Action's name can't be the name of a folder",
      'Leave out / \\ : * ? " < > | and control characters, and dots and spaces at either end.',
    ),
  ];
}

export function claimProblems(source: SourceText, raw: RawConfig): Problem[] {
  const places: [ValuePath, string | undefined][] = [
    [['claim'], raw.claim],
    ...Object.entries(raw.audiences).map(([name, audience]): [ValuePath, string | undefined] => [
      ['audiences', name, 'claim'],
      audience.claim,
    ]),
  ];
  return places.flatMap(([path, claim]) => {
    const problem = claim === undefined ? undefined : claimNameProblem(claim);
    return problem === undefined
      ? []
      : [source.problem('config_invalid', path, problem.message, problem.fix)];
  });
}

/** Names become files, and macOS and Windows fold case. */
export function sameNameProblems(source: SourceText, audiences: readonly AudienceConfig[]): Problem[] {
  const seen = new Map<string, string>();
  return audiences.flatMap(({ name }) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (other === undefined) return [];
    return [
      source.problem(
        'config_invalid',
        ['audiences'],
        `the names ${other} and ${name} differ in case alone, and files are named after them`,
        'Rename one of them.',
        name,
      ),
    ];
  });
}

/** A layout has one key: an earlier one must be gone, and belong to one audience. */
export function previousNameProblems(audiences: readonly AudienceConfig[]): Problem[] {
  const keys = new Set(audiences.map(({ name }) => name));
  const seen = new Map<string, string>();
  return audiences.flatMap((audience) =>
    audience.previously.flatMap((earlier): Problem[] => {
      const fail = (message: string, fix: string) => [
        audience.problem('config_invalid', ['previously'], message, fix),
      ];
      const other = seen.get(earlier);
      seen.set(earlier, audience.name);
      if (earlier === audience.name)
        return fail('previously names the key of the audience itself', 'Remove it.');
      if (keys.has(earlier)) {
        return fail(
          `previously names ${earlier}, which is a key of this config still`,
          `Remove previously where ${audience.name} is another API; to exchange keys, rename one at a time and run claimgen build after each (${docsPage('explanation/layouts.md')}).`,
        );
      }
      if (other === undefined) return [];
      return fail(
        `${other} continues the layout of ${earlier} already`,
        `Name ${earlier} in the audience that is its API now.`,
      );
    }),
  );
}
