// The type of WebCrypto's keys. Declared here, since the type of no dependency may be part of the published ones:
// jose has types for ES modules only, which a CommonJS module can't import without further ado.

/** WebCrypto's CryptoKey, from whichever library declares the global `crypto`. */
export type CryptoKey = Extract<
  Awaited<ReturnType<typeof crypto.subtle.generateKey>>,
  { readonly type: string }
>;
