// js-yaml lets aliases share their anchor's value. A file of a few lines can so hold more values than memory has room for, or one that
// contains itself: whoever walks it would never come to an end.

import { MAX_DEPTH } from './faults.ts';
import { SyntaxFaultError } from './parsed-text.ts';
import { type YamlNode, yamlNodes } from './yaml-nodes.ts';

/** The most values that a file with aliases may come to; an export of 1,000 roles with 1,000 permissions each has three million. */
const MAX_VALUES = 5_000_000;

/**
 * Refuses a value that its aliases make larger or deeper than any file that is written out, or endless.
 * @throws SyntaxFaultError
 */
export function refuseMultiplied(text: string, value: unknown): void {
  const { values, levels } = measure(value, 0, new Map());
  if (values <= Math.max(MAX_VALUES, text.length) && levels <= MAX_DEPTH) return;
  throw new SyntaxFaultError({
    offset: firstAlias(yamlNodes(text).roots) ?? 0,
    message: 'from here on, aliases multiply past any use',
    fix: 'Write the values out in place of the aliases.',
  });
}

/** What a value comes to with each alias written out. */
interface Extent {
  readonly values: number;
  readonly levels: number;
}

const SCALAR: Extent = { values: 1, levels: 0 };
const ENDLESS: Extent = { values: Number.POSITIVE_INFINITY, levels: Number.POSITIVE_INFINITY };

function measure(value: unknown, depth: number, known: Map<object, Extent>): Extent {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return SCALAR;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (depth > MAX_DEPTH) return ENDLESS;
  // Met again before it is done, it contains itself.
  known.set(value, ENDLESS);
  let [values, levels] = [1, 0];
  for (const part of Object.values(value) as unknown[]) {
    const extent = measure(part, depth + 1, known);
    values += extent.values;
    levels = Math.max(levels, extent.levels);
  }
  const extent = { values, levels: levels + 1 };
  known.set(value, extent);
  return extent;
}

function firstAlias(nodes: readonly YamlNode[]): number | undefined {
  for (const node of nodes) {
    if (node.isAlias) return node.start;
    const found = firstAlias(node.children);
    if (found !== undefined) return found;
  }
  return undefined;
}
