import { AsyncLocalStorage } from 'node:async_hooks';
import type { PostLoginEvent } from '#auth0/event';
import { MAX_TRIGGER_MS } from '#auth0/limits';
import { type CacheFault, createTriggerCache, maxCacheBytes } from '../api/cache.ts';
import { createRolesApi, type EffectiveRole, type RolesFault, rolesOfEvent } from '../api/effective-roles.ts';
import { createPostLoginApi } from '../api/post-login-api.ts';
import { jsonCopy } from '../event/json-value.ts';
import { compileAction } from './action-module.ts';
import { createActionConsole, createExecutionLog, type ExecutionLog } from './execution-log.ts';
import type { LoginResult } from './login-result.ts';
import { createFetch, type Fetch, type NetworkOptions, type SentRequest } from './network.ts';
import { failed, requestedScopes, type Settlement, settle } from './settlement.ts';
import { withinLimit } from './time-limit.ts';

export interface HostOptions extends NetworkOptions {
  /** Milliseconds an execution may take; 20,000 by default, as Auth0 has it. */
  readonly timeLimit?: number;
  /** Milliseconds since the epoch, for the expiry of cache entries; `Date.now` by default. */
  readonly now?: () => number;
  /** Bytes the cache holds; 8,192 by default. */
  readonly cacheBytes?: number;
  /** Bytes of code that are accepted; 100,000 by default. */
  readonly codeBytes?: number;
}

export interface LoginOptions extends NetworkOptions {
  /** What `api.roles` answers: by default the roles that the event names. */
  readonly effectiveRoles?: readonly EffectiveRole[];
  /** The scopes granted before Actions run: by default those requested, as with RBAC off. */
  readonly grantedScopes?: readonly string[];
  readonly faults?: { readonly cache?: CacheFault; readonly roles?: RolesFault };
}

/** An Action in one execution environment: loaded once, its module state and its cache shared by all its logins. */
export interface Action {
  /** Runs the Action for one login. Never rejects: an Action that fails is a login that fails. */
  login(event: PostLoginEvent, options?: LoginOptions): Promise<LoginResult>;
}

interface Execution {
  readonly log: ExecutionLog;
  readonly fetch: Fetch;
}

// One for all Actions: Node 20 keeps each storage in a list that every promise walks.
const executions: AsyncLocalStorage<Execution> = new AsyncLocalStorage();

/**
 * Loads the code of a Post-Login Action as Auth0 does. Its top level runs at the first login.
 *
 * @throws ActionLoadError when Auth0 would not take the code.
 */
export function loadAction(code: string, options: HostOptions = {}): Action {
  const module = compileAction(
    code,
    {
      console: createActionConsole(() => executions.getStore()?.log),
      fetch: (input, init) => (executions.getStore()?.fetch ?? globalThis.fetch)(input, init),
    },
    options.codeBytes,
  );
  const cache = createTriggerCache(options.now ?? Date.now, options.cacheBytes ?? maxCacheBytes);
  let warm = false;

  return {
    async login(event, login = {}) {
      const cold = !warm;
      warm = true;
      const log = createExecutionLog();
      const requests: SentRequest[] = [];
      const view = cache.open(login.faults?.cache);
      const own = jsonCopy(event);
      const roles = createRolesApi(login.effectiveRoles ?? rolesOfEvent(event), login.faults?.roles);
      const { api, commands } = createPostLoginApi({ event: own, cache: view.api, roles });
      const execution: Execution = { log, fetch: createFetch({ ...options, ...login }, requests) };

      const started = performance.now();
      let topLevel = started;
      let settled: Settlement;
      try {
        await withinLimit(options.timeLimit ?? MAX_TRIGGER_MS, () =>
          executions.run(execution, async () => {
            try {
              module.start();
            } finally {
              topLevel = performance.now();
            }
            await module.handler()(own, api);
          }),
        );
        settled = settle(commands, event, login.grantedScopes ?? requestedScopes(event));
        view.commit();
      } catch (error) {
        settled = failed(error);
      }
      return {
        ...settled,
        log: log.lines(),
        persistedLog: log.persisted(),
        cacheWrites: [...view.writes],
        requests: [...requests],
        ...(cold ? { coldStart: module.compileTime + topLevel - started } : {}),
        elapsed: performance.now() - started,
      };
    },
  };
}
