import { codeSpan, sentence } from '../format/markdown.ts';
import { versioned } from '../format/versioned.ts';
import type { AudienceReportInput } from '../plan/audience-plan.ts';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { audienceAccess } from './access.ts';
import type { Report } from './build-report.ts';
import type { PageData } from './page-data.ts';
import { type PageParts, renderPage } from './render-page.ts';
import { reportValues, type TextFormat } from './report-values.ts';

export interface ReportTemplates extends PageParts {
  readonly md: Template;
}

/**
 * The report for programs, for a pull request and for a browser.
 * @param domain the tenant's, where the environment has another than the config's managementApi
 */
export function renderReport(
  templates: ReportTemplates,
  report: Report,
  page: PageData,
  plans: readonly AudienceReportInput[],
  domain: string | undefined,
): { readonly json: string; readonly md: string; readonly html: string } {
  return {
    json: `${toLiteral(versioned(report), 2)}\n`,
    md: templates.md({
      ...reportValues(report, MARKDOWN),
      access: plans.map((plan) => ({
        ...audienceAccess(plan, domain, codeSpan),
        name: sentence(plan.audience.name),
      })),
    }),
    html: renderPage(templates, report, page),
  };
}

const MARKDOWN: TextFormat = { name: codeSpan, sentence };
