// By what name runtimes call themselves.

declare const navigator: { readonly userAgent?: string } | undefined;

/**
 * Undefined where there is no navigator, as on Node before 21. Looked up each time: another library may bring
 * one.
 */
export function userAgent(): string | undefined {
  return typeof navigator === 'undefined' ? undefined : navigator?.userAgent;
}
