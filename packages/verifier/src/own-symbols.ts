// How two copies of this package in one process, such as its ES module and its CommonJS build, know each other's
// objects: by registered symbols. They are no API.

/** On the prototype of accesses: see `AccessInternals`. */
export const ACCESS: unique symbol = Symbol.for('@claimgen/verifier/access') as never;

/** On errors of `requirePermission`: the access that was judged. */
export const JUDGED: unique symbol = Symbol.for('@claimgen/verifier/judged') as never;

/** On errors that somebody asked for their Response, such as Hono's own error handler. */
export const RESPONDED: unique symbol = Symbol.for('@claimgen/verifier/responded') as never;

/** Sets a property that no log shows. */
export function setHidden(object: object, key: symbol, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true });
}
