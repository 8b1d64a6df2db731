// What is wrong with `token`: the issuer and the scopes that the proof counts.
import { parseUrl } from '#auth0/parse-url';
import type { Problem } from '../errors.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import type { RawConfig } from './raw-config.ts';
import { type RawToken, STANDARD_SCOPES, scopesIn } from './token.ts';

/** What the proof would take for less than it is. */
export function tokenProblems(source: SourceText, raw: RawConfig): Problem[] {
  const places: [ValuePath, RawToken | undefined][] = [
    [['token'], raw.token],
    ...Object.entries(raw.audiences).map(([name, { token }]): [ValuePath, RawToken | undefined] => [
      ['audiences', name, 'token'],
      token,
    ]),
  ];
  return places.flatMap(([path, { issuer, scope } = {}]) => [
    ...(issuer === undefined || /^https?:$/.test(parseUrl(issuer)?.protocol ?? '')
      ? []
      : [
          source.problem(
            'config_invalid',
            [...path, 'issuer'],
            `${JSON.stringify(issuer)} is not a URL, as the iss claim of tokens is`,
            'Write https://, the domain that users log in at, and a slash: https://acme.eu.auth0.com/.',
          ),
        ]),
    ...(scope === undefined ? [] : scopeProblems(source, [...path, 'scope'], scope)),
  ]);
}

/** `all` is a word of its own, and only as it is; of scopes with commas between them none would be known. */
function scopeProblems(source: SourceText, path: ValuePath, text: string): Problem[] {
  const scopes = scopesIn(text);
  const fail = (message: string, fix: string) => [source.problem('config_invalid', path, message, fix)];
  if (scopes.some((scope) => scope.toLowerCase() === 'all') && scopes.join(' ') !== 'all') {
    return fail(
      `${JSON.stringify(text)} has the word all among scopes, or in capitals`,
      'Write scope: all, which counts the standard scopes and every scope of the API.',
    );
  }
  const standard = new Set(scopesIn(STANDARD_SCOPES));
  const joined = scopes.find((scope) =>
    scope.split(',').some((part) => part !== scope && standard.has(part)),
  );
  return joined === undefined
    ? []
    : fail(`${JSON.stringify(joined)} would be one scope`, 'Write spaces between scopes, and no commas.');
}
