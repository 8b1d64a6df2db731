import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import type { Report } from './build-report.ts';
import { formatBounded } from './format-bounded.ts';

/** What both templates show; `text` escapes what came from outside. */
export function reportValues(
  report: Report,
  text: (value: string) => string,
): Readonly<Record<string, unknown>> & { readonly audiences: readonly object[] } {
  return {
    environment: text(report.environment),
    verdict: report.fits ? 'Everything fits.' : 'Over the budget.',
    fits: report.fits,
    actions: report.actions.map((action) => ({
      name: text(action.name),
      bytes: count(action.bytes),
      most: count(action.most),
      percent: percent(action.bytes, action.most),
    })),
    lints: report.lints.map(({ code, where, message, mend }) => ({
      code,
      where: text(where),
      message: text(message),
      mend: text(mend),
    })),
    notes: report.notes.map(text),
    audiences: report.audiences.map((audience, index) => ({ index, ...audienceValues(audience, text) })),
  };
}

function audienceValues(audience: AudienceReport, text: (value: string) => string): object {
  const { proof, budget } = audience;
  return {
    name: text(audience.name),
    audience: text(audience.audience),
    claim: text(audience.claim),
    encoding: audience.encoding,
    permissions: count(audience.permissions),
    selected: plural(audience.permissions, 'permission'),
    places: plural(audience.places, 'place'),
    generations: plural(audience.generations, 'generation'),
    line: count(proof.line),
    budget: count(budget.bytes),
    decidedBy: text(budget.decidedBy),
    percent: percent(proof.line, budget.bytes),
    verdict: audience.over === 0 ? 'fits' : `over by ${count(audience.over)} bytes`,
    fits: audience.over === 0,
    stock: count(audience.stockLine),
    claimBytes: count(audience.claimBytes.atMost),
    reached:
      audience.claimBytes.reached === audience.claimBytes.atMost
        ? 'some set of permissions reaches it'
        : `the longest found: ${count(audience.claimBytes.reached)}`,
    patterns: audience.patterns.map((pattern) => ({
      kind: pattern.kind,
      text: text(pattern.text),
      names: count(pattern.names),
    })),
    terms: [
      ...proof.terms.map((term) => ({
        name: text(term.name),
        bytes: count(term.bytes),
        assumption: text(term.assumption),
      })),
      { name: 'JOSE header', bytes: count(proof.header), assumption: 'before base64url' },
      {
        name: 'payload',
        bytes: count(proof.payload),
        assumption: 'the claims above with braces and commas, before base64url',
      },
      { name: 'signature', bytes: count(proof.signature), assumption: 'before base64url' },
      { name: 'token', bytes: count(proof.token), assumption: 'three base64url parts and two dots' },
      { name: 'line', bytes: count(proof.line), assumption: 'Authorization: Bearer, the token, CRLF' },
    ],
    bounded: audience.bounded === undefined ? '' : ` For ${formatBounded(audience.bounded)}.`,
    waysOut: audience.waysOut.map(({ change, saves }) => ({ change, saves: count(saves) })),
    notes: audience.notes.map(text),
  };
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)}%`;
}
