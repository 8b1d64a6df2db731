// `claimgen doctor`: what is wrong with a tenant, each with its fix. It changes nothing.

import { dirname, resolve } from 'node:path';
import type { Diagnosis, Finding, OpenTenant } from '@claimgen/tenant';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { shown } from '../format/visible-text.ts';
import { loadProject, type Project } from '../project/project.ts';
import { connect } from './connect.ts';
import { builtActions } from './desired-actions.ts';
import { formatChanges } from './format-changes.ts';
import { examineFreshness, type FreshnessValues, freshnessOf, freshnessScopes } from './freshness.ts';
import { comparedFile, domainOf, environmentOf, neededApis } from './needed.ts';
import { tellProgress } from './progress.ts';
import { TENANT_OPTIONS, type TenantValues } from './tenant-command.ts';
import { asProblems, loadTenantPackage, type TenantPackage } from './tenant-package.ts';

export const doctor: Command = defineCommand({
  describe: 'Say what is wrong with the tenant, and how to fix it',
  options: {
    ...TENANT_OPTIONS,
    token: { type: 'boolean', describe: 'Look at the access token on standard input, too' },
    quick: { type: 'boolean', describe: 'Leave out the comparison of roles, which takes the most requests' },
    strict: { type: 'boolean', describe: 'Fail on warnings, too' },
    freshness: { type: 'boolean', describe: 'Look whether changes reach verifiers: the streams and the hub' },
    hub: {
      type: 'string',
      describe: 'With --freshness: the URL of the hub; its secret is in CHANGES_SECRET',
    },
    probe: {
      type: 'string',
      describe: 'With --freshness: a test user whose sessions are ended, to time how long a change takes',
    },
  },
  examples: [
    ['$0 doctor', 'after a deploy, and every night'],
    ['$0 doctor --token < token.txt', 'why a user lacks a permission'],
    ['$0 doctor --freshness --hub https://changes.acme.example', 'whether changes arrive'],
  ],
  async run(values, _, process) {
    const tenant = await loadTenantPackage();
    return asProblems(tenant, () => examine(tenant, values, process));
  },
});

/** What was given. */
export interface DoctorValues extends TenantValues, FreshnessValues {
  readonly token?: boolean | undefined;
  readonly quick?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

async function examine(
  tenant: typeof TenantPackage,
  values: DoctorValues,
  process: Process,
): Promise<CommandResult> {
  const project = loadProject({
    cwd: process.cwd,
    config: values.config,
    env: values.env,
  });
  const freshness = freshnessOf(values, process);
  const token = values.token === true ? await readToken(process) : undefined;
  const needs = [
    ...tenant.SCOPES.doctor,
    ...(isByName(project) && values.quick !== true ? ['read:clients'] : []),
    ...freshnessScopes(tenant, freshness),
  ];
  const opened = await connect(tenant, needs, values, process, domainOf(project.config, project.environment));
  const { findings, drift } = await diagnoseAll(tenant, opened, project, token, values, process);
  const fresh = freshness === undefined ? [] : await examineFreshness(tenant, opened, freshness, process);
  return report({ findings: [...findings, ...fresh], drift }, values.strict === true);
}

async function readToken({ readStdin }: Process): Promise<string> {
  const token = (await readStdin()).trim();
  if (token !== '') return token;
  throw usageError('standard input has no token', 'Pipe it in: claimgen doctor --token < token.txt');
}

/** Whether the catalog names applications by name, as auth0-deploy-cli does. */
function isByName({ config, environment }: Project): boolean {
  return !environmentOf(config, environment).catalog.endsWith('.json');
}

/** One diagnosis for each Action; what is about the tenant is told once. */
async function diagnoseAll(
  tenant: typeof TenantPackage,
  opened: OpenTenant,
  project: Project,
  token: string | undefined,
  values: DoctorValues,
  process: Process,
): Promise<Pick<Diagnosis, 'findings' | 'drift'>> {
  const { config, environment } = project;
  const { actions } = builtActions(project, process.cwd, process.env ?? {}, false);
  const { catalog, keywords } = environmentOf(config, environment);
  const needed = neededApis(config, environment);
  const audiences = config.audiences.map(({ name, identifiers, claim }) => ({
    name,
    identifier: identifiers.get(environment) ?? '',
    claim,
  }));
  const progress = tellProgress(tenant, process);
  const requestsPerSecond = values.rps;
  const findings = new Map<string, Finding>();
  let drift: Diagnosis['drift'] = [];
  try {
    for (const [index, action] of actions.entries()) {
      const isFirst = index === 0;
      const diagnosis = await tenant.diagnose(
        opened,
        {
          action,
          siblings: actions.map(({ name }) => name),
          audiences,
          counts: (identifier) => needed.has(identifier),
          readsManagementApi: config.audiences.some(({ sources }) =>
            sources.some(({ kind }) => kind === 'managementApi'),
          ),
          ...(isFirst && values.quick !== true
            ? { catalog: comparedFile(resolve(dirname(project.path), catalog), keywords, needed) }
            : {}),
          ...(token === undefined ? {} : { token }),
        },
        {
          clientNames: isByName(project),
          onProgress: progress.tell,
          ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
        },
      );
      for (const finding of diagnosis.findings) findings.set(`${finding.code} ${finding.message}`, finding);
      if (isFirst) drift = diagnosis.drift;
    }
  } finally {
    progress.stop();
  }
  return { findings: [...findings.values()], drift };
}

const ORDER = ['error', 'warning', 'note'];

function report({ findings, drift }: Pick<Diagnosis, 'findings' | 'drift'>, strict: boolean): CommandResult {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const errors = sorted.filter(({ severity }) => severity === 'error').length;
  const warnings = sorted.filter(({ severity }) => severity === 'warning').length;
  const fails = errors > 0 || drift.length > 0 || (strict && warnings > 0);
  return {
    text: [
      ...shown(sorted).map(({ severity, message, fix }) => `${TITLES[severity]}${message}\n  ${fix}`),
      ...formatChanges(drift),
      fails || warnings > 0
        ? `${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`
        : 'Nothing is wrong with the tenant.',
    ].join('\n'),
    json: { findings: sorted, drift },
    exitCode: fails ? 1 : 0,
  };
}

const TITLES = { error: 'FAILED ', warning: 'warning: ', note: 'note: ' } as const;
