import { codeSpan, sentence } from '../format/markdown.ts';
import { versioned } from '../format/versioned.ts';
import type { Plan } from '../plan/plan.ts';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { audienceAccess } from './access.ts';
import type { Report } from './build-report.ts';
import { pageData } from './page-audience.ts';
import { type PageParts, renderPage } from './render-page.ts';
import { reportValues, type TextFormat } from './report-values.ts';

export interface ReportTemplates extends PageParts {
  readonly md: Template;
}

/** The report for programs, for a pull request and for a browser. */
export function renderReport(
  templates: ReportTemplates,
  report: Report,
  plan: Plan,
): { readonly json: string; readonly md: string; readonly html: string } {
  return {
    json: `${toLiteral(versioned(report), 2)}\n`,
    md: templates.md({
      ...reportValues(report, MARKDOWN),
      access: plan.audiences.map((audience) => ({
        ...audienceAccess(audience, plan.domain, codeSpan),
        name: sentence(audience.audience.name),
      })),
    }),
    html: renderPage(templates, report, pageData(plan)),
  };
}

const MARKDOWN: TextFormat = { name: codeSpan, sentence };
