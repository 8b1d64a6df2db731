import { escapeMarkdown } from '../format/escape-markdown.ts';
import { visibleText } from '../format/visible-text.ts';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import type { Report } from './build-report.ts';
import type { PageData } from './page-data.ts';
import { type PageParts, renderPage } from './render-page.ts';
import { reportValues } from './report-values.ts';

export interface ReportTemplates extends PageParts {
  readonly md: Template;
}

/** The report for programs, for a pull request and for a browser. */
export function renderReport(
  templates: ReportTemplates,
  report: Report,
  page: PageData,
): { readonly json: string; readonly md: string; readonly html: string } {
  return {
    json: `${toLiteral(report, 2)}\n`,
    md: templates.md(reportValues(report, (text) => escapeMarkdown(visibleText(text)))),
    html: renderPage(templates, report, page),
  };
}
