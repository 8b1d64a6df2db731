import { compileFunction } from 'node:vm';
import { MAX_CODE_BYTES } from '#auth0/limits';
import { actionRequire } from './action-require.ts';
import type { Fetch } from './network.ts';

/** Code that Auth0 would not take: a syntax error (ESM and TypeScript included) or too much of it. */
export class ActionLoadError extends Error {
  readonly code: 'action_syntax' | 'action_too_large';

  constructor(code: ActionLoadError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActionLoadError';
    this.code = code;
  }
}

export type Handler = (event: unknown, api: unknown) => Promise<unknown>;

/** What the Action's code sees that isn't its own. */
export interface ActionGlobals {
  readonly console: object;
  readonly fetch: Fetch;
}

export interface ActionModule {
  /** Milliseconds that compiling took. */
  readonly compileTime: number;
  /**
   * Runs the module's top level, at the first call only.
   * @throws the module's error, at every call.
   */
  start(): void;
  /** @throws Error with Auth0's text when the handler is no native async function. */
  handler(): Handler;
}

type Initialise = (module: { exports: unknown }, exports: unknown, console: object) => void;

/**
 * Compiles an Action as auth0/auth0-actions does: a CommonJS wrapper, the top level deferred to the first execution.
 * Beyond that, `fetch` and `globalThis` are parameters of the wrapper, so that the code reaches the network it is given
 * without being changed and without a realm of its own (another realm's Array is not ours, and slower).
 *
 * @throws ActionLoadError
 */
export function compileAction(
  code: string,
  globals: ActionGlobals,
  maxBytes: number = MAX_CODE_BYTES,
): ActionModule {
  const bytes = Buffer.byteLength(code);
  if (bytes > maxBytes) {
    throw new ActionLoadError('action_too_large', `The Action has ${bytes} bytes; Auth0 allows ${maxBytes}.`);
  }
  const started = performance.now();
  const initialise = compile(code, globals);
  const compileTime = performance.now() - started;

  const module: { exports: unknown } = { exports: {} };
  let failure: { readonly error: unknown } | undefined;
  let initialised = false;
  return {
    compileTime,
    start() {
      if (!initialised) {
        initialised = true;
        try {
          initialise(module, module.exports, globals.console);
        } catch (error) {
          failure = { error };
        }
      }
      if (failure !== undefined) throw failure.error;
    },
    handler: () => handlerOf(module.exports),
  };
}

function compile(code: string, { fetch }: ActionGlobals): Initialise {
  const outer: { exports: unknown } = { exports: {} };
  const global = overlay({ fetch });
  const given = {
    module: outer,
    exports: outer.exports,
    require: actionRequire,
    fetch,
    globalThis: global,
    global,
  };
  try {
    const wrapper = `module.exports = function (module, exports, console) {\n${code}\n};`;
    compileFunction(wrapper, Object.keys(given), { filename: 'action.js', lineOffset: -1 })(
      ...Object.values(given),
    );
  } catch (error) {
    throw new ActionLoadError('action_syntax', String(error), { cause: error });
  }
  return outer.exports as Initialise;
}

function handlerOf(exports: unknown): Handler {
  if (typeof exports !== 'object' || exports === null) throw new Error('The Action must export an object.');
  const handler: unknown = Reflect.get(exports, 'onExecutePostLogin');
  if (typeof handler !== 'function' || handler.constructor?.name !== 'AsyncFunction') {
    throw new Error(
      'Invalid function signature for the "onExecutePostLogin" handler. ' +
        'Use "exports.onExecutePostLogin = async function(event, api) { }" as the signature.',
    );
  }
  return handler as Handler;
}

/** The global object with some members replaced; what the Action assigns to it stays here. */
function overlay(members: Record<string, unknown>): object {
  const own = new Map<PropertyKey, unknown>(Object.entries(members));
  return new Proxy(globalThis, {
    get: (target, property) => (own.has(property) ? own.get(property) : Reflect.get(target, property)),
    has: (target, property) => own.has(property) || Reflect.has(target, property),
    set(_target, property, value) {
      own.set(property, value);
      return true;
    },
  });
}
