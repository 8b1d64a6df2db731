import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import type { Report } from './build-report.ts';
import { formatBounded } from './format-bounded.ts';
import { commonNotes, stockComparison } from './format-report.ts';

/** How a format writes text that may hold foreign parts. */
export interface TextFormat {
  /** A name, an identifier, a pattern. */
  name(text: string): string;
  sentence(text: string): string;
}

/** What both templates show. */
export function reportValues(
  report: Report,
  text: TextFormat,
): Readonly<Record<string, unknown>> & { readonly audiences: readonly object[] } {
  const common = commonNotes(report);
  return {
    environment: text.sentence(report.environment),
    verdict: report.fits ? 'Everything fits.' : 'Over the budget.',
    fits: report.fits,
    actions: report.actions.map((action) => ({
      name: text.name(action.name),
      bytes: count(action.bytes),
      limit: count(action.limit),
      percent: percent(action.bytes, action.limit),
    })),
    lints: report.lints.map(({ code, where, message, fix }) => ({
      code,
      where: text.sentence(where),
      message: text.sentence(message),
      fix: text.sentence(fix),
    })),
    notes: [...common, ...report.notes].map(text.sentence),
    audiences: report.audiences.map((audience, index) => ({
      index,
      ...audienceValues(audience, common, text),
    })),
  };
}

function audienceValues(audience: AudienceReport, common: ReadonlySet<string>, text: TextFormat): object {
  const { proof, budget } = audience;
  return {
    name: text.sentence(audience.name),
    identifier: text.name(audience.identifier),
    claim: text.name(audience.claim),
    encoding: audience.encoding,
    permissions: count(audience.permissions),
    selected: plural(audience.permissions, 'permission'),
    places: plural(audience.places, 'place'),
    stockComparison: text.sentence(`${upperFirst(stockComparison(audience))}.`),
    least:
      audience.least === undefined ? '' : ` Even with one permission the line has ${count(audience.least)}.`,
    generations: plural(audience.generations, 'generation'),
    line: count(proof.line),
    budget: count(budget.bytes),
    decidedBy: text.sentence(budget.decidedBy),
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
      text: text.name(pattern.text),
      names: count(pattern.names),
    })),
    terms: [
      ...proof.terms.map((term) => ({
        name: text.name(term.name),
        bytes: count(term.bytes),
        assumption: text.sentence(term.assumption),
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
    savings: audience.savings.map(({ change, saves }) => ({
      change: text.sentence(change),
      saves: count(saves),
    })),
    notes: [...audience.notes.filter((note) => !common.has(note)), audience.organizations].map(text.sentence),
  };
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)}%`;
}

function upperFirst(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
