import { count } from '../format/count.ts';
import type { LoginVerdict } from './login-verdict.ts';

/** Names shown in a login's text; `--json` has all. */
const mostNames = 5;

/** A login in one line. */
export function formatLine(verdict: LoginVerdict): string {
  const { user, title, audience, flow, outcome, permissions } = verdict;
  const who = title === undefined ? [user, ...optional(verdict.organization)] : [title];
  return [
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
}

/** What a line leaves out: why, the names, log lines, what Auth0 ignored. */
export function formatDetails(verdict: LoginVerdict): readonly string[] {
  const names = verdict.permissions ?? [];
  const more = names.length - mostNames;
  return [
    ...optional(verdict.reason).map((reason) => `${verdict.outcome}: ${reason}`),
    ...(names.length === 0
      ? []
      : [`grants ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`]),
    ...(verdict.removedScopes === 0 ? [] : [`${plural(verdict.removedScopes, 'scope')} removed`]),
    ...(verdict.requests === 0 ? [] : [plural(verdict.requests, 'request')]),
    ...verdict.log.map((line) => `log: ${line}`),
    ...verdict.ignored.map(
      ({ name, reason }) => `Auth0 ignores the claim ${JSON.stringify(name)}: ${reason}`,
    ),
  ].map((line) => `          ${line}`);
}

function optional(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

/** `1 login`, `2,000 logins`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
