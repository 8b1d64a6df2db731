import Handlebars from 'handlebars';
import { toLiteral } from './literal.ts';

const handlebars = Handlebars.create();

// The one door for everything foreign: it arrives as data.
handlebars.registerHelper('literal', (value: unknown) => toLiteral(value));

/** A template: no logic in it, values are computed before. */
export type Template = (values: object) => string;

/** Compiles the text of a template whose output is code: nothing is escaped for HTML, foreign values go through `{{literal …}}`. */
export function compileCodeTemplate(text: string): Template {
  return handlebars.compile(text, { noEscape: true, strict: true, preventIndent: true });
}

/** Compiles the text of a template whose output is HTML: every value is escaped. */
export function compileHtmlTemplate(text: string): Template {
  return handlebars.compile(text, { strict: true, preventIndent: true });
}
