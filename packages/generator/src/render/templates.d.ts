// templates/*.hbs as functions: rolldown.config.js has Handlebars write them into dist/generated.
declare module '#generated/templates' {
  import type Handlebars from 'handlebars';

  export const handlebars: typeof Handlebars;
  export const specifications: Readonly<
    Record<
      'action' | 'verifier.js' | 'verifier.cjs' | 'verifier.d.ts' | 'report.md' | 'report.html' | 'junit.xml',
      TemplateSpecification
    >
  >;
}
