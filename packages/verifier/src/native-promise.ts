// The engine's own Promise, also where the global of that name was replaced. Zone.js, for one, reports a
// rejection of its own promises as unhandled before an `await` in native code had the chance to handle it.

/** The constructor of what async functions return. */
export const NativePromise: PromiseConstructor = /* @__PURE__ */ nativePromise();

function nativePromise(): PromiseConstructor {
  return (async () => {})().constructor as PromiseConstructor;
}

/**
 * A promise of the engine's own for what somebody else's function gave. It is listened to at once: a moment
 * later, Zone.js would have reported a rejection.
 */
export function toNative(value: unknown): Promise<unknown> {
  return new NativePromise((resolve, reject) => {
    if (value instanceof Object && 'then' in value && typeof value.then === 'function')
      value.then(resolve, reject);
    else resolve(value);
  });
}
