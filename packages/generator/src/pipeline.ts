// The heart of claimgen: config, catalogs and lock in, files and a report out.
import { actionSize } from './action/action-savings.ts';
import { audienceTable, roleRows } from './action/audience-table.ts';
import { type BuiltAction, buildActions } from './action/build-actions.ts';
import { type ActionParts, renderActionDescription } from './action/render-action.ts';
import { renderResolverTables } from './action/resolver-tables.ts';
import { reportAudience } from './budget/audience-report.ts';
import type { Config } from './config/config.ts';
import { assertNoProblems } from './errors.ts';
import { formatLock, LOCK_FILE, type Lock } from './layout/lock.ts';
import { rebaseGain } from './layout/rebase-gain.ts';
import { lintBuild, lintProblems } from './lint/lint-build.ts';
import { assertDistinctOutputs, outputFolders } from './plan/output-paths.ts';
import { type Plan, type PlanInput, planProject } from './plan/plan.ts';
import type { Report } from './report/build-report.ts';
import { type ReportTemplates, renderReport } from './report/render-report.ts';
import type { ModuleFormat } from './verifier-module/module-format.ts';
import { renderPackage } from './verifier-module/render-package.ts';
import { renderVerifier, type VerifierTemplates } from './verifier-module/render-verifier.ts';
import { verifierLayout } from './verifier-module/verifier-layout.ts';

/** Everything a build depends on: the same values give the same bytes. */
export interface PipelineInput extends PlanInput {
  readonly parts: ActionParts;
  /** What a `.js` file in the verifiers' folder is. */
  readonly moduleFormat: ModuleFormat;
  readonly verifierTemplates: VerifierTemplates;
  readonly reportTemplates: ReportTemplates;
}

/** A file to write; its path is relative to the config's folder. */
export interface Artifact {
  readonly kind: 'lock' | 'verifier' | 'action' | 'resolver' | 'report';
  readonly path: string;
  readonly text: string;
}

export interface PipelineOutput {
  readonly artifacts: readonly Artifact[];
  readonly actions: readonly BuiltAction[];
  readonly report: Report;
  readonly lock: Lock;
}

/** A build without its files: what logins that are simulated need. */
export interface PreparedBuild extends Omit<PipelineOutput, 'artifacts'> {
  readonly plan: Plan;
}

/**
 * Config, catalogs and lock to files: the whole of `claimgen build` but for reading and writing.
 * @throws InputError
 */
export function runPipeline(input: PipelineInput): PipelineOutput {
  const { plan, actions, report, lock } = prepareBuild(input);
  return { artifacts: artifactsOf(input, plan, actions, report), actions, report, lock };
}

/** @throws InputError */
export function prepareBuild(input: PipelineInput): PreparedBuild {
  assertDistinctOutputs(input.config);
  const plan = planProject(input);
  const { config, catalogs, catalog } = plan;
  const built = plan.audiences.map((audience) => {
    const { layout, selection, order } = audience;
    const report = reportAudience(audience, rebaseGain(layout, selection, catalogs, order));
    const table = audienceTable(audience, { cap: report.cap, domain: plan.domain });
    return { ...audience, report, table };
  });
  const audiences = built.map(({ report }) => report);
  const actions = buildActions(
    input.parts,
    plan,
    built.map(({ table }) => table),
  );
  const lints = lintBuild(plan, built, actions);
  assertNoProblems(lintProblems(config, lints));
  const sizes = actions.map((action) => actionSize(input.parts, plan, action));
  const report: Report = {
    environment: plan.environment,
    fits:
      sizes.every(({ bytes, limit }) => bytes <= limit) &&
      audiences.every(({ over, grants }) => over === 0 && grants.every((grant) => grant.over === 0)),
    actions: sizes,
    audiences,
    lints,
    notes: [...catalog.notes, ...identifierNotes(config)],
  };
  return { plan, actions, report, lock: plan.lock };
}

function artifactsOf(
  { moduleFormat, verifierTemplates, reportTemplates }: PipelineInput,
  plan: Plan,
  actions: readonly BuiltAction[],
  report: Report,
): Artifact[] {
  const { config, environment, lock } = plan;
  const out = outputFolders(config, environment);
  const rendered = renderReport(reportTemplates, report, plan);
  return [
    // First, as what is deployed must never be ahead of what the lock remembers.
    { kind: 'lock', path: LOCK_FILE, text: formatLock(lock) },
    ...plan.audiences.flatMap(({ audience, layout, selection }): Artifact[] => {
      const { js, cjs, dts, json } = renderVerifier(
        verifierTemplates,
        verifierLayout(audience, layout, selection.names),
      );
      const path = `${out.verifier}/${audience.name}`;
      return [
        { kind: 'verifier', path: `${path}.js`, text: moduleFormat === 'commonjs' ? cjs : js },
        { kind: 'verifier', path: `${path}.d.ts`, text: dts },
        ...(config.package === undefined
          ? []
          : [
              { kind: 'verifier' as const, path: `${path}.cjs`, text: cjs },
              { kind: 'verifier' as const, path: `${path}.d.cts`, text: dts },
            ]),
        { kind: 'verifier', path: `${path}.json`, text: json },
      ];
    }),
    ...packageOf(config),
    ...actions.flatMap(({ name, code, secrets }): Artifact[] => [
      { kind: 'action', path: `${out.actions}/${name}/code.js`, text: code },
      {
        kind: 'action',
        path: `${out.actions}/${name}.json`,
        text: renderActionDescription(name, lastPart(out.actions), secrets),
      },
    ]),
    ...resolverTables(plan),
    { kind: 'report', path: `${out.report}/report.json`, text: rendered.json },
    { kind: 'report', path: `${out.report}/report.md`, text: rendered.md },
    { kind: 'report', path: `${out.report}/report.html`, text: rendered.html },
  ];
}

/** The tables of the APIs that have a resolver. */
function resolverTables(plan: Plan): Artifact[] {
  const audiences = plan.audiences.filter(({ audience }) => audience.resolver);
  if (audiences.length === 0) return [];
  const { resolver } = outputFolders(plan.config, plan.environment);
  const roles = roleRows(plan.catalog, plan.audiences);
  return audiences.map((audience) => ({
    kind: 'resolver',
    path: `${resolver}/${audience.audience.name}.json`,
    text: renderResolverTables(audienceTable(audience, { domain: plan.domain }), roles),
  }));
}

function packageOf(config: Config): Artifact[] {
  if (config.package === undefined) return [];
  const names = config.audiences.map(({ name }) => name);
  return [
    {
      kind: 'verifier',
      path: `${config.out.verifier}/package.json`,
      text: renderPackage(config.package, names),
    },
  ];
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function identifierNotes({ audiences }: Config): string[] {
  const names = audiences
    .filter(({ identifiers }) => new Set(identifiers.values()).size > 1)
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `Environments differ in the API identifier of ${names.join(', ')}: createVerifier must be given its audience there.`,
      ];
}
