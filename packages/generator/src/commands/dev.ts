// `claimgen dev`: the tenant on a laptop, until it is ended.
import { resolve } from 'node:path';
import type { DevTenant, Login } from '@claimgen/dev';
import { ActionLoadError } from '#simulator/host/action-module';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { checkPort } from '../cli/port.ts';
import type { Process } from '../cli/process.ts';
import { changesBetween } from '../dev/changes-between.ts';
import { type DevEvent, formatEvent, loginEventOf } from '../dev/dev-event.ts';
import { loadDevPackage } from '../dev/dev-package.ts';
import { readFixtures } from '../dev/fixtures.ts';
import { type OpenTenant, openTenant } from '../dev/open-tenant.ts';
import { InputError, type Problem, refusal } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import { oneLine, visibleText } from '../format/visible-text.ts';
import { isConfigModule } from '../io/config-module.ts';
import { readTextIfPresent } from '../io/files.ts';
import { watchFiles } from '../io/watch-files.ts';
import { loadProject, type Project, type ProjectOptions, pathsOf } from '../project/project.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** What nothing else on a developer's machine listens on by default. */
const DEFAULT_PORT = 4400;
const DEFAULT_FIXTURES = 'users.yaml';

export const dev: Command = defineCommand({
  describe: 'Serve a tenant on this machine that runs the Action, for developing apps and APIs',
  options: {
    config: PROJECT_OPTIONS.config,
    env: PROJECT_OPTIONS.env,
    json: PROJECT_OPTIONS.json,
    fixtures: { type: 'string', describe: `Who can log in; ${DEFAULT_FIXTURES} by default` },
    port: { type: 'number', describe: `The port on loopback; ${DEFAULT_PORT} by default, 0 for any` },
  },
  examples: [
    ['$0 dev', 'with the users of users.yaml'],
    ['$0 dev --fixtures test/users.yaml', 'with others'],
  ],
  run: ({ fixtures = DEFAULT_FIXTURES, port = DEFAULT_PORT, json = false, ...values }, _, process) =>
    serve({ ...projectOptions(values, process), fixtures, port, json }, process),
});

interface DevOptions extends ProjectOptions {
  readonly fixtures: string;
  readonly port: number;
  readonly json: boolean;
}

/** A project and its users, read and running. */
interface Loaded {
  readonly project: Project;
  readonly tenant: OpenTenant;
}

/** @throws InputError */
async function serve(options: DevOptions, process: Process): Promise<CommandResult> {
  checkPort(options.port, DEFAULT_PORT);
  const fixtures = resolve(options.cwd, options.fixtures);
  const format = (event: DevEvent) => formatEvent(event, options.fixtures, options.json);
  const { DevError, difference, startDev } = await loadDevPackage();
  const onLogin = (login: Login) => process.out(visibleText(`${format(loginEventOf(login))}\n`));
  const first = announcing(await load(options, fixtures), onLogin);
  let current = first;
  let running: Awaited<ReturnType<typeof startDev>>;
  try {
    running = await startDev({
      tenant: () => current.announced,
      port: options.port,
      onError: (error) => process.error(`A request has failed: ${error.name}: ${error.message}\n`),
    });
  } catch (error) {
    await first.tenant.close();
    if (!(error instanceof DevError)) throw error;
    const { code, message, fix } = error;
    throw new InputError([{ code, message, fix }]);
  }
  try {
    const stopWatching = watchProject(first.project, fixtures, async (changed) => {
      const next = await reload(options, fixtures, changed);
      if ('problems' in next) {
        const text = `${format({ event: 'refused', problems: next.problems })}\n`;
        if (options.json) process.out(text);
        else process.error(visibleText(text));
        return;
      }
      const { tenant } = current;
      current = announcing(next, onLogin);
      const changes = changesBetween(tenant.granted, next.tenant.granted, difference, Date.now());
      await running.publish(changes);
      const published = changes.map(({ at: _, ...change }) => change);
      process.out(`${format({ event: 'reloaded', users: next.tenant.users.length, published })}\n`);
      await tenant.close();
    });
    const apis = first.project.config.audiences.map(({ name }) => name);
    const users = first.tenant.users.length;
    const { issuer, changes } = running;
    process.out(`${format({ event: 'started', issuer, changes, apis, users })}\n`);
    await process.untilStopped?.();
    await stopWatching();
  } finally {
    await running.close();
    await current.tenant.close();
  }
  return { text: format({ event: 'ended' }), json: undefined, exitCode: 0 };
}

/** The same, telling of each login. */
function announcing<T extends Loaded>(
  loaded: T,
  onLogin: (login: Login) => void,
): T & { readonly announced: DevTenant } {
  const { tenant } = loaded;
  const announced: DevTenant = {
    ...tenant,
    async login(request) {
      const login = await tenant.login(request);
      onLogin(login);
      return login;
    },
  };
  return { ...loaded, announced };
}

async function load(options: DevOptions, fixtures: string): Promise<Loaded> {
  const project = loadProject(options);
  try {
    return {
      project,
      tenant: await openTenant(project, readFixtures(fixtures, fixturesText(options, fixtures))),
    };
  } catch (error) {
    if (!(error instanceof ActionLoadError)) throw error;
    throw refusal(
      `Auth0 would not take the Action: ${oneLine(error.message)}`,
      'Run claimgen build: its report says what would reduce it.',
    );
  }
}

/** @throws InputError where there is no file, with what to write into it: a new project has none yet */
function fixturesText({ fixtures }: DevOptions, path: string): string {
  const text = readTextIfPresent(path);
  if (text !== undefined) return text;
  throw new InputError([
    {
      code: 'file_unreadable',
      file: path,
      message: 'the file does not exist: it lists who can log in',
      fix: `claimgen init writes one. Or write users: [{id: auth0|1, roles: [<a role of the catalog>]}] (${docsPage('guide/dev.md')})${fixtures === DEFAULT_FIXTURES ? ', or name another with --fixtures' : ''}.`,
    },
  ]);
}

/** The project as its files have it now, or what is wrong with them. */
async function reload(
  options: DevOptions,
  fixtures: string,
  changed: ReadonlySet<string>,
): Promise<Loaded | { readonly problems: readonly Problem[] }> {
  const code = [...changed].find(isConfigModule);
  if (code !== undefined) {
    const message = 'the config is code, which is run once';
    const fix = 'End claimgen dev, and start it again.';
    return { problems: [{ code: 'config_invalid', file: code, message, fix }] };
  }
  try {
    return await load(options, fixtures);
  } catch (error) {
    if (error instanceof InputError) return { problems: error.problems };
    throw error;
  }
}

/** Reads again when a file of the project changes: one time after another, and once more where one changes meanwhile. */
function watchProject(
  { path, config }: Project,
  fixtures: string,
  changed: (paths: ReadonlySet<string>) => Promise<void>,
): () => Promise<void> {
  const { catalogs, samples, lock } = pathsOf({ path, config });
  let last: Promise<void> = Promise.resolve();
  const stop = watchFiles([path, lock, fixtures, ...catalogs, ...samples], (paths) => {
    last = last.then(() => changed(paths));
  });
  return () => {
    stop();
    return last;
  };
}
