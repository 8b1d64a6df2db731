import { MAX_CODE_BYTES } from '#auth0/limits';
import { audienceTable, roleRows } from './action/audience-table.ts';
import { type BuiltAction, buildActions } from './action/build-actions.ts';
import { type ActionParts, renderActionDescription } from './action/render-action.ts';
import { reportAudience } from './budget/audience-report.ts';
import type { Catalog, Permission } from './catalog/catalog.ts';
import type { Config } from './config/config.ts';
import { assertNoProblems } from './errors.ts';
import { importedApis } from './layout/imported-apis.ts';
import { type AudienceLayout, growLayout, type OrderNames } from './layout/layout.ts';
import { formatLock, LOCK_FILE, type Lock } from './layout/lock.ts';
import { orderByRoles } from './layout/order/order-by-roles.ts';
import { rebaseGain } from './layout/rebase-gain.ts';
import { lintBuild, lintProblems } from './lint/lint-build.ts';
import type { AudienceReportInput } from './plan/audience-plan.ts';
import { assertDistinctOutputs, outputFolders } from './plan/output-paths.ts';
import type { Report } from './report/build-report.ts';
import { pageData } from './report/page-audience.ts';
import type { PageData } from './report/page-data.ts';
import { type ReportTemplates, renderReport } from './report/render-report.ts';
import { type Selection, select } from './selection/select.ts';
import type { ModuleFormat } from './verifier-module/module-format.ts';
import { renderPackage } from './verifier-module/render-package.ts';
import { renderVerifier, type VerifierTemplates } from './verifier-module/render-verifier.ts';
import { verifierLayout } from './verifier-module/verifier-layout.ts';

/** Everything a build depends on: the same values give the same bytes. */
export interface PipelineInput {
  readonly config: Config;
  /** By environment name. */
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly lock: Lock;
  /** The environment that the Action and the report are for. */
  readonly environment: string;
  /** The payload of `token.sample`, by audience name. */
  readonly samples: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly parts: ActionParts;
  /** What a `.js` file in the verifiers' folder is. */
  readonly moduleFormat: ModuleFormat;
  readonly verifierTemplates: VerifierTemplates;
  readonly reportTemplates: ReportTemplates;
}

/** A file to write; its path is relative to the config's folder. */
export interface Artifact {
  readonly kind: 'lock' | 'verifier' | 'action' | 'report';
  readonly path: string;
  readonly text: string;
}

export interface PipelineOutput {
  readonly artifacts: readonly Artifact[];
  readonly actions: readonly BuiltAction[];
  readonly report: Report;
  readonly lock: Lock;
}

/** What an audience selects, and the layout that holds it. */
export interface PlannedAudience {
  readonly selection: Selection;
  readonly layout: AudienceLayout;
  /** The order for a first generation of this audience. */
  readonly order: OrderNames;
}

/**
 * Selects each audience's permissions and grows its layout by what is new.
 * @throws InputError
 */
export function planLayouts(
  config: Config,
  catalogs: ReadonlyMap<string, Catalog>,
  lock: Lock,
): ReadonlyMap<string, PlannedAudience> {
  return new Map(
    config.audiences.map((audience) => {
      const selection = select(audience, catalogs);
      const order = orderByRoles(selection, catalogs);
      const earlier = lock.get(audience.name);
      const from = importedApis(audience, catalogs, earlier);
      const { active, lineages, previously } = growLayout(audience.name, earlier, selection.names, order);
      const layout = {
        active,
        ...(from === undefined ? {} : { from }),
        ...(previously === undefined ? {} : { previously }),
        lineages,
      };
      return [audience.name, { selection, order, layout }];
    }),
  );
}

/**
 * Config, catalogs and lock to files: the whole of `claimgen build` but for reading and writing.
 * @throws InputError
 */
export function runPipeline(input: PipelineInput): PipelineOutput {
  const { config, catalogs, environment } = input;
  assertDistinctOutputs(config);
  const catalog = catalogs.get(environment) as Catalog;
  const planned = planLayouts(config, catalogs, input.lock);
  // Audiences that left the config keep their entry: a layout that comes back must not move.
  const lock: Lock = new Map([
    ...input.lock,
    ...[...planned].map(([name, { layout }]): [string, AudienceLayout] => [name, layout]),
  ]);
  const { domain } = config.environments.find(({ name }) => name === environment) ?? {};
  const built = config.audiences.map((audience) => {
    const { layout, selection, order } = planned.get(audience.name) as PlannedAudience;
    const selected = selection.byEnvironment.get(environment) ?? new Map<string, Permission>();
    const plan: AudienceReportInput = {
      audience,
      environment,
      catalog,
      layout,
      selection,
      rebaseGain: rebaseGain(layout, selection, catalogs, order),
      sample: input.samples.get(audience.name) ?? {},
    };
    const report = reportAudience(plan);
    const table = audienceTable(audience, environment, layout, catalog, selected, {
      cap: report.cap,
      domain,
    });
    return { audience, name: audience.name, layout, selected, plan, report, table };
  });
  const audiences = built.map(({ report }) => report);
  const plans = built.map(({ plan }) => plan);
  const origin = { config: config.file.replace(/^.*[\\/]/s, ''), environment };
  const tables = built.map(({ table }) => table);
  const actions = buildActions(input.parts, origin, config, roleRows(catalog, built), tables);
  const lints = lintBuild({ config, environment, catalog, audiences: built, actions });
  assertNoProblems(lintProblems(config, lints));
  const sizes = actions.map(({ name, code }) => ({
    name,
    bytes: Buffer.byteLength(code),
    limit: MAX_CODE_BYTES,
  }));
  const report: Report = {
    environment,
    fits:
      sizes.every(({ bytes, limit }) => bytes <= limit) &&
      audiences.every(({ over, grants }) => over === 0 && grants.every((grant) => grant.over === 0)),
    actions: sizes,
    audiences,
    lints,
    notes: [...catalog.notes, ...identifierNotes(config)],
  };
  const page = pageData(catalog, plans);
  return { artifacts: artifactsOf(input, lock, actions, report, page, plans), actions, report, lock };
}

function artifactsOf(
  input: PipelineInput,
  lock: Lock,
  actions: readonly BuiltAction[],
  report: Report,
  page: PageData,
  plans: readonly AudienceReportInput[],
): Artifact[] {
  const out = outputFolders(input.config, input.environment);
  const { domain } = input.config.environments.find(({ name }) => name === input.environment) ?? {};
  const rendered = renderReport(input.reportTemplates, report, page, plans, domain);
  return [
    // First, as what is deployed must never be ahead of what the lock remembers.
    { kind: 'lock', path: LOCK_FILE, text: formatLock(lock) },
    ...plans.flatMap(({ audience, layout, selection }): Artifact[] => {
      const { js, cjs, dts, json } = renderVerifier(
        input.verifierTemplates,
        verifierLayout(audience, layout, selection.names),
      );
      const path = `${out.verifier}/${audience.name}`;
      return [
        { kind: 'verifier', path: `${path}.js`, text: input.moduleFormat === 'commonjs' ? cjs : js },
        { kind: 'verifier', path: `${path}.d.ts`, text: dts },
        ...(input.config.package === undefined
          ? []
          : [
              { kind: 'verifier' as const, path: `${path}.cjs`, text: cjs },
              { kind: 'verifier' as const, path: `${path}.d.cts`, text: dts },
            ]),
        { kind: 'verifier', path: `${path}.json`, text: json },
      ];
    }),
    ...packageOf(input.config),
    ...actions.flatMap(({ name, code, secrets }): Artifact[] => [
      { kind: 'action', path: `${out.actions}/${name}/code.js`, text: code },
      {
        kind: 'action',
        path: `${out.actions}/${name}.json`,
        text: renderActionDescription(name, lastPart(out.actions), secrets),
      },
    ]),
    { kind: 'report', path: `${out.report}/report.json`, text: rendered.json },
    { kind: 'report', path: `${out.report}/report.md`, text: rendered.md },
    { kind: 'report', path: `${out.report}/report.html`, text: rendered.html },
  ];
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
