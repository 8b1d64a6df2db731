/** One token of the suite and what it is about. */
export interface TokenCase {
  readonly title: string;
  readonly token: string;
}

export function cases(prefix: string, tokens: Readonly<Record<string, string>>): TokenCase[] {
  return Object.entries(tokens).map(([title, token]) => ({ title: `${prefix}: ${title}`, token }));
}

/** One case per value, titled by its JSON. */
export function each<T>(prefix: string, values: readonly T[], make: (value: T) => string): TokenCase[] {
  return values.map((value) => ({ title: `${prefix}: ${label(value)}`, token: make(value) }));
}

function label(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 60);
}
