import type { AudienceReport } from '../budget/audience-sizes.ts';
import type { Term } from '../budget/token-proof.ts';
import { count } from '../format/count.ts';
import { hang } from '../format/wrap.ts';

/** What the size proofs rest on, term by term: first what holds for every audience, then what is an audience's own. */
export function formatAssumptions(audiences: readonly AudienceReport[]): string {
  const key = (term: Term) => JSON.stringify(term);
  const counts = new Map<string, number>();
  for (const { proof } of audiences) {
    for (const term of proof.terms) counts.set(key(term), (counts.get(key(term)) ?? 0) + 1);
  }
  const isCommon = (term: Term) => audiences.length > 1 && counts.get(key(term)) === audiences.length;
  const common = audiences[0]?.proof.terms.filter(isCommon) ?? [];
  return [
    ...(common.length === 0 ? [] : [block('Assumed of every token, in bytes', common)]),
    ...audiences.map(({ name, proof }) =>
      block(`Assumed of ${name}, in bytes`, [
        ...proof.terms.filter((term) => !isCommon(term)),
        { name: 'header', bytes: proof.header, assumption: 'the JOSE header, before base64url' },
        { name: 'signature', bytes: proof.signature, assumption: 'before base64url' },
        { name: 'line', bytes: proof.line, assumption: 'Authorization: Bearer, the token, CRLF' },
      ]),
    ),
  ].join('\n\n');
}

const NAME_WIDTH = 12;

function block(title: string, terms: readonly Term[]): string {
  return [title, ...terms.map(formatTerm)].join('\n');
}

function formatTerm({ name, bytes, assumption }: Term): string {
  const number = count(bytes).padStart(7);
  // Names of claims can be long URLs: those have a line of their own.
  if (name.length > NAME_WIDTH)
    return `  ${name}\n${hang(`  ${''.padEnd(NAME_WIDTH)}${number}  `, assumption)}`;
  return hang(`  ${name.padEnd(NAME_WIDTH)}${number}  `, assumption);
}
