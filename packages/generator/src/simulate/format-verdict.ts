import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import { hang, wrap } from '../format/wrap.ts';
import type { LoginVerdict } from './login-verdict.ts';

/** Names shown in a login's text: of many logins, and of the one user that is asked for. `--json` has all. */
export const MAX_NAMES = { ofMany: 5, ofUser: 100 } as const;

/** How far what belongs to a login is indented. */
const INDENT = 10;

/** A login in one line, or as few as the terminal has room for. */
export function formatLine(verdict: LoginVerdict, columns: number): string {
  const { user, title, audience, flow, outcome, permissions } = verdict;
  const who = title === undefined ? [user, ...optional(verdict.organization)] : [title];
  const line = [
    verdict.ok ? 'ok    ' : 'FAILED',
    [...(audience === null ? [] : [audience]), flow, ...who].join(', '),
    [
      outcome === 'denied' && verdict.expected ? 'denied, as the config says' : outcome,
      ...(permissions === null ? [] : [plural(permissions.length, 'permission')]),
      ...optional(verdict.refused).map((code) => `the verifier refuses the claim (${code})`),
      ...(verdict.claimCharacters === 0
        ? ['no claim']
        : [`claim ${count(verdict.claimCharacters)} characters`]),
      ...(verdict.lineBytes === 0
        ? ['no JWT']
        : [
            `line ${count(verdict.lineBytes)}${audience === null ? '' : ` of ${count(verdict.budgetBytes)}`} bytes`,
          ]),
    ].join('; '),
  ].join('  ');
  return wrap(line, columns - INDENT).join(`\n${' '.repeat(INDENT)}`);
}

/** What a line leaves out: why, the names, log lines, what Auth0 ignored. */
export function formatDetails(
  verdict: LoginVerdict,
  columns: number,
  mostNames: number = MAX_NAMES.ofMany,
): readonly string[] {
  const names = verdict.permissions ?? [];
  const more = names.length - mostNames;
  return [
    ...optional(verdict.reason).map((reason) => `${verdict.outcome}: ${reason}`),
    ...optional(verdict.unexpected).map((what) => `permissions: ${what}`),
    ...(names.length === 0
      ? []
      : [`grants ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`]),
    ...(verdict.removedScopes === 0 ? [] : [`${plural(verdict.removedScopes, 'scope')} removed`]),
    ...(verdict.requests === 0 ? [] : [plural(verdict.requests, 'request')]),
    ...verdict.unknown.slice(0, mostNames),
    ...(verdict.unknown.length > mostNames
      ? [`and ${count(verdict.unknown.length - mostNames)} more names that the catalog lacks`]
      : []),
    ...verdict.log.map((line) => `log: ${line}`),
    ...verdict.ignored.map(
      ({ name, reason }) => `Auth0 ignores the claim ${JSON.stringify(name)}: ${reason}`,
    ),
  ].map((line) => hang(' '.repeat(INDENT), line, columns));
}

function optional(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}
