import { createHash } from 'node:crypto';
import type { AudienceReport } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { oneLine } from '../format/visible-text.ts';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import type { Report } from './build-report.ts';
import type { PageAudience, PageData } from './page-data.ts';
import { reportValues, type TextFormat } from './report-values.ts';

/** What report.html is put together from. */
export interface PageParts {
  readonly html: Template;
  readonly script: string;
  readonly style: string;
}

/** The template escapes what HTML would read. */
const HTML: TextFormat = { name: oneLine, sentence: oneLine };

/** One page that needs no other file and that can open no connection. */
export function renderPage({ html, script, style }: PageParts, report: Report, page: PageData): string {
  const values = reportValues(report, HTML);
  return html({
    ...values,
    verdictClass: report.fits ? 'fits' : 'over',
    audiences: values.audiences.map((shown, index) => ({
      ...shown,
      ...pageValues(report.audiences[index] as AudienceReport, page.audiences[index] as PageAudience),
    })),
    policy: policyOf(script, style),
    style,
    script,
    // Inside a script element HTML looks for </script and <!-- even in JSON.
    island: toLiteral(page).replaceAll('<', '\\u003c'),
  });
}

/** Nothing but the two parts of the page itself: Content Security Policy Level 3, section 2.3.1. */
function policyOf(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
}

function pageValues(report: AudienceReport, { distribution }: PageAudience): object {
  const { proof, budget, over } = report;
  const { users, seed, ours, stock } = distribution;
  const row = (title: string, spread: typeof ours) => ({
    title,
    p50: count(spread.p50),
    p95: count(spread.p95),
    p99: count(spread.p99),
    max: count(spread.max),
  });
  return {
    verdictClass: over === 0 ? 'fits' : 'over',
    bar: barOf(report),
    limits: budget.limits.map(({ bytes, decidedBy }) => ({
      decidedBy: oneLine(decidedBy),
      bytes: count(bytes),
      percent: bytes > 0 ? `${Math.round((100 * proof.line) / bytes)}%` : '',
      verdict: proof.line <= bytes ? 'fits' : `over by ${count(proof.line - bytes)}`,
      verdictClass: proof.line <= bytes ? 'fits' : 'over',
    })),
    distribution: {
      described: `${count(users)} users modelled from the role table (1 to 8 roles, 0 to 5 direct permissions; seed ${seed}). claimgen population sizes real ones.`,
      rows: [row('with claimgen', ours), row("with Auth0's stock claim", stock)],
    },
  };
}

const BAR_WIDTH = 1000;

/** The bar spans the budget and the largest line; hops that take far more are in the table alone. */
function barOf({ name, proof, budget, over }: AudienceReport): object {
  const whole = Math.max(budget.bytes, proof.line) * 1.15;
  const at = (bytes: number) => Math.round((BAR_WIDTH * bytes) / whole);
  return {
    label: oneLine(
      `${name}: ${count(proof.line)} of ${count(budget.bytes)} bytes, ${over === 0 ? 'within the budget' : `${count(over)} over it`}`,
    ),
    used: at(proof.line),
    class: over === 0 ? '' : 'past',
    limits: budget.limits
      .filter(({ bytes }) => bytes > 0 && bytes <= whole)
      .map(({ bytes, decidedBy }) => ({
        x: at(bytes),
        class: decidedBy === budget.decidedBy ? 'decides' : '',
      })),
  };
}
