// How two copies of this package in one process, such as its ES module and its CommonJS build, know each other's
// objects: by registered symbols. They are no API.

/** On the prototype of accesses: see `AccessInternals`. */
export const ACCESS: unique symbol = Symbol.for('@claimgen/verifier/access') as never;

/** On errors: see `ErrorState`. */
export const ERROR: unique symbol = Symbol.for('@claimgen/verifier/error') as never;
