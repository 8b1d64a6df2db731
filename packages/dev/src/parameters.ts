// Parameters of a request as OAuth has them: names with one string each.

/** Scopes in a parameter, each once. */
export function scopesIn(text: string | undefined): readonly string[] {
  return [...new Set(text?.split(/\s+/u).filter((scope) => scope !== ''))];
}

/** The scopes of OpenID Connect; everything else is the API's. */
const STANDARD: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

export function isStandardScope(scope: string): boolean {
  return STANDARD.has(scope);
}

/** A parameter that is there more than once, which none may be: RFC 6749, section 3.1. */
export function repeatedParameter(parameters: URLSearchParams): string | undefined {
  return [...parameters.keys()].find((name, index, names) => names.indexOf(name) !== index);
}
