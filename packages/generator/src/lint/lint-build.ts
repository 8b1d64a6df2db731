import type { AudienceReport } from '../budget/audience-sizes.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../errors.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { apiLints } from './api-lints.ts';
import { actionFileLints, audienceFileLints } from './file-name-lints.ts';
import { actionLimitLints, catalogLimitLints, claimLimitLints } from './limit-lints.ts';
import type { Lint } from './lint.ts';
import { actionNameLints, nameLints } from './name-lints.ts';
import { nobodyLints } from './nobody-lints.ts';

/**
 * Everything that Auth0 or the tools around it would not say until it hurts; errors first.
 * @param audiences those of the plan, each with what was found of its tokens
 */
export function lintBuild(
  { config, catalog }: Pick<Plan, 'config' | 'catalog'>,
  audiences: readonly (AudiencePlan & { readonly report: AudienceReport })[],
  actions: readonly { readonly name: string; readonly secrets: readonly string[] }[],
): Lint[] {
  const lints = [
    ...audiences.flatMap(({ audience, environment, selected, report }) => [
      ...audienceFileLints(audience.name),
      ...apiLints(audience, environment, catalog),
      ...claimLimitLints(audience, report),
      ...nobodyLints(audience, selected, catalog),
    ]),
    ...actions.flatMap(({ name, secrets }) => [
      ...actionFileLints(name),
      ...actionNameLints(name),
      ...actionLimitLints(actions.length, secrets),
    ]),
    ...nameLints(config, catalog),
    ...catalogLimitLints(config, catalog),
  ];
  // What holds for every Action is said once.
  const distinct = new Map(lints.map((lint) => [JSON.stringify(lint), lint]));
  const errorsFirst = ({ severity }: Lint): number => (severity === 'error' ? 0 : 1);
  return [...distinct.values()].sort((a, b) => errorsFirst(a) - errorsFirst(b));
}

/** The errors among lints, as problems of the config. */
export function lintProblems(config: Config, lints: readonly Lint[]): Problem[] {
  return lints
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path = [], message, fix }) => config.problem(code, path, message, fix));
}
