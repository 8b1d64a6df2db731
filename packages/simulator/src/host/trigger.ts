import type { PostLoginEvent } from '#auth0/event';
import { loginEvent } from '../event/events.ts';
import type { LoginDescription } from '../event/login-description.ts';
import { type Action, type HostOptions, type LoginOptions, loadAction } from './action-host.ts';
import type { HostLogin, HostResult } from './host-job.ts';
import type { LoginResult } from './login-result.ts';
import { type NodeVersion, runOnNode } from './run-on-node.ts';

/** A login that a {@link Trigger} runs. */
export interface TriggerLogin {
  readonly description: LoginDescription;
  readonly options: Omit<LoginOptions, 'fetch'>;
}

/** The event that the Actions got, and how the login ended after all of them. */
export interface TriggerResult {
  readonly event: PostLoginEvent;
  readonly result: LoginResult;
}

export interface TriggerSetup {
  /** The code of the Actions bound to the trigger, in their order. */
  readonly codes: readonly string[];
  readonly node: NodeVersion;
  readonly options: Omit<HostOptions, 'fetch' | 'now'>;
}

/** The Post-Login trigger with its Actions, which keep their state and cache from login to login. */
export interface Trigger {
  /**
   * Runs a login through all Actions of the trigger, one login after another: a call comes after the end of the one before.
   * @throws HostProcessError
   */
  run(login: TriggerLogin): Promise<TriggerResult>;
  close(): Promise<void>;
}

/**
 * Loads the Actions of a trigger.
 * @throws ActionLoadError for code that Auth0 would not take
 */
export function openTrigger({ codes, node, options }: TriggerSetup): Trigger {
  const hosts = codes.map((code) =>
    node === 'current' ? inThisProcess(code, options) : onNode(node, code, options),
  );
  return {
    run: (login) => runThrough(hosts, login),
    close: async () => {
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}

async function runThrough(
  hosts: readonly Host[],
  { description, options }: TriggerLogin,
): Promise<TriggerResult> {
  const event = loginEvent(description);
  let result: LoginResult | undefined;
  for (const host of hosts) {
    const scopes = result === undefined ? {} : { grantedScopes: result.scope };
    const next = await host.login({ event, options: { ...options, ...scopes } });
    result = result === undefined ? next : after(result, next);
    // A login that is denied or has failed ends there: the Actions behind are not run.
    if (result.outcome !== 'allowed') break;
  }
  if (result === undefined) throw new TypeError('a trigger has at least one Action');
  return { event, result };
}

interface Host {
  login(login: {
    readonly event: PostLoginEvent;
    readonly options: TriggerLogin['options'];
  }): Promise<LoginResult>;
  close(): Promise<void>;
}

function inThisProcess(code: string, options: TriggerSetup['options']): Host {
  const action: Action = loadAction(code, options);
  return { login: ({ event, options: login }) => action.login(event, login), close: async () => {} };
}

/** A host process that takes its logins one by one. */
function onNode(version: NodeVersion, code: string, options: TriggerSetup['options']): Host {
  // Code that Auth0 would not take is told apart from a process that fails.
  loadAction(code, options);
  let hand: (login: HostLogin | undefined) => void = () => {};
  let next = new Promise<HostLogin | undefined>((resolve) => {
    hand = resolve;
  });
  async function* handed(): AsyncGenerator<HostLogin> {
    for (;;) {
      const login = await next;
      if (login === undefined) return;
      next = new Promise((resolve) => {
        hand = resolve;
      });
      yield login;
    }
  }
  const results: AsyncGenerator<HostResult> = runOnNode(version, { code, options, logins: handed() });
  return {
    async login(login) {
      const answered = results.next();
      hand(login);
      const answer = await answered;
      if (answer.done === true) throw new Error('the host process ended early');
      return answer.value.result;
    },
    async close() {
      hand(undefined);
      await results.return(undefined);
    },
  };
}

/** One Action's result on top of those before it. */
function after(before: LoginResult, result: LoginResult): LoginResult {
  const allowed = result.outcome === 'allowed';
  return {
    ...result,
    accessTokenClaims: allowed
      ? Object.assign(Object.create(null), before.accessTokenClaims, result.accessTokenClaims)
      : result.accessTokenClaims,
    idTokenClaims: allowed
      ? Object.assign(Object.create(null), before.idTokenClaims, result.idTokenClaims)
      : result.idTokenClaims,
    ignoredClaims: [...before.ignoredClaims, ...result.ignoredClaims],
    addedScopes: [...before.addedScopes, ...result.addedScopes],
    removedScopes: [...before.removedScopes, ...result.removedScopes],
    log: [...before.log, ...result.log],
    persistedLog: before.persistedLog + result.persistedLog,
    cacheWrites: [...before.cacheWrites, ...result.cacheWrites],
    requests: [...before.requests, ...result.requests],
    elapsed: before.elapsed + result.elapsed,
  };
}
