// The templates of templates/, which the build compiles: no start waits for a compiler.
import { handlebars, specifications } from '#generated/templates';
import { toLiteral } from './literal.ts';

// The one door for everything foreign: it arrives as data.
handlebars.registerHelper('literal', (value: unknown) => toLiteral(value));

/** A template: no logic in it, values are computed before. */
export type Template = (values: object) => string;

/**
 * The template of templates/<name>.hbs. In those of HTML and XML every value is escaped, in the others none: foreign values go through
 * `{{literal …}}`.
 */
export function template(name: keyof typeof specifications): Template {
  return handlebars.template(specifications[name]);
}
