import type { Layout } from '@claimgen/verifier';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { exportName, typeName } from './export-name.ts';

/** The templates of a verifier module: as an ES module, as a CommonJS module, and its types. */
export interface VerifierTemplates {
  readonly js: Template;
  readonly cjs: Template;
  readonly dts: Template;
}

/** What is written for one audience: its layout as an ES module, as a CommonJS module, as types and as JSON. */
export function renderVerifier(
  templates: VerifierTemplates,
  layout: Layout,
): Readonly<Record<'js' | 'cjs' | 'dts' | 'json', string>> {
  const withdrawn = new Set(layout.withdrawn);
  const names = new Set(
    layout.lineages.flatMap((lineage) => lineage.flatMap(({ permissions }) => permissions)),
  );
  const granted = [...names].filter((name) => !withdrawn.has(name)).sort();
  const values = {
    exportName: exportName(layout.name),
    typeName: typeName(layout.name),
    layout: toLiteral(layout, 2),
    permissions: granted.length === 0 ? ' never' : granted.map((name) => `\n  | ${toLiteral(name)}`).join(''),
  };
  return {
    js: templates.js(values),
    cjs: templates.cjs(values),
    dts: templates.dts(values),
    json: `${values.layout}\n`,
  };
}
