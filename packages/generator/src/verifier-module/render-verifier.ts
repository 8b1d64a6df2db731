import type { Layout } from '@claimgen/verifier';
import { toLiteral } from '../render/literal.ts';
import type { Template } from '../render/template.ts';
import { exportName, typeName } from './export-name.ts';

/** The templates of a verifier module. */
export interface VerifierTemplates {
  readonly js: Template;
  readonly dts: Template;
}

/** The three files of one audience: its layout as a module, as types and as JSON. */
export function renderVerifier(
  templates: VerifierTemplates,
  layout: Layout,
): { readonly js: string; readonly dts: string; readonly json: string } {
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
  return { js: templates.js(values), dts: templates.dts(values), json: `${values.layout}\n` };
}
