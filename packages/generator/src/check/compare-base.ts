// The comparison with a commit: what this checkout changes, and what of it deployed tokens and verifiers can't follow.
import { dirname } from 'node:path';
import { findCommit, relationTo } from '../io/commit.ts';
import { type PlanInput, planProject } from '../plan/plan.ts';
import { type ProjectAt, projectAt } from '../project/project-at.ts';
import type { Failure } from '../report/failures.ts';
import { layoutFailures, renamingFailures } from './change-failures.ts';
import type { BaseChange } from './checked.ts';
import { compareConfigs, type Side } from './config-change.ts';

/**
 * Compares with a commit; where the base has moved on, with the commit at which this branch left it, so that only what the branch does is told.
 * @param configPath the config's absolute path
 * @param input what the checkout builds
 * @param base as a person named it
 * @throws InputError
 */
export function compareBase(
  configPath: string,
  input: PlanInput,
  base: string,
): { readonly changes: BaseChange; readonly failures: readonly Failure[] } {
  const commit = findCommit(dirname(configPath), base);
  const relation = relationTo(commit);
  const env = input.environment === '' ? undefined : input.environment;
  const tip = projectAt(configPath, commit, base, env);
  const { parted } = relation;
  const label = parted === undefined ? base : `${parted.hash.slice(0, 12)}, where this branch left ${base}`;
  const before = parted === undefined ? tip : projectAt(configPath, parted, label, env);
  const after: Side = {
    config: input.config,
    environment: input.environment,
    lock: input.lock,
    audiences: planProject(input).audiences,
    hasEnvironment: true,
  };
  return {
    changes: {
      base,
      commit: (parted ?? commit).hash,
      behind: relation.holds === undefined ? null : !relation.holds,
      notes: notesOf(before, base, relation, env),
      ...compareConfigs(sideOf(before), after),
    },
    failures: [
      ...layoutFailures(sideOf(tip), after, base, relation),
      ...renamingFailures(sideOf(before), after, base),
    ],
  };
}

function sideOf(project: ProjectAt | undefined): Side | undefined {
  if (project === undefined) return undefined;
  const { input, audiences, hasEnvironment } = project;
  const { config, environment, lock } = input;
  return { config, environment, lock, audiences, hasEnvironment };
}

function notesOf(
  before: ProjectAt | undefined,
  base: string,
  { holds, parted }: ReturnType<typeof relationTo>,
  env: string | undefined,
): string[] {
  return [
    ...(holds === false
      ? [
          parted === undefined
            ? `this branch and ${base} have no commit in common`
            : `this branch is behind ${base}: what it changes is told against ${parted.hash.slice(0, 12)}, where it left ${base}`,
        ]
      : []),
    ...(before === undefined ? [`${base} has no config here: everything is new`] : before.notes),
    ...(before?.hasEnvironment === false
      ? [
          `${base} has no ${env === undefined ? 'catalog at the top of its config' : `environment ${env}`}: everything in it is new`,
        ]
      : []),
  ];
}
