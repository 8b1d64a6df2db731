// js-yaml tells a listener of each node that it opens and closes; this keeps them as a tree.
import { type EventType, load, type State } from 'js-yaml';

/** A node as js-yaml read it. */
export interface YamlNode {
  /** The offset of its first character: of its anchor or tag, where it has one. */
  readonly start: number;
  /** Where reading went on. */
  end: number;
  /** Undefined for an alias, and where there is nothing. */
  kind: string | undefined;
  readonly isAlias: boolean;
  /** Its tag as js-yaml has it, resolved for plain scalars. */
  tag: string | null;
  value: unknown;
  readonly children: YamlNode[];
}

/** The nodes of a text, as far as it can be read. */
export interface YamlNodes {
  readonly roots: readonly YamlNode[];
  /** Those that were not complete where an error ended the reading, the outermost first. */
  readonly open: readonly YamlNode[];
}

/** Reads a text's nodes. An error is none here: it ends the tree. */
export function yamlNodes(text: string): YamlNodes {
  const roots: YamlNode[] = [];
  const open: YamlNode[] = [];
  const listener = (event: EventType, state: State & { readonly tag?: string | null }) => {
    if (event === 'open') {
      const start = contentFrom(text, state.position);
      open.push({
        start,
        end: start,
        kind: undefined,
        isAlias: text.charAt(start) === '*',
        tag: null,
        value: undefined,
        children: [],
      });
      return;
    }
    const node = open.pop();
    if (node === undefined) return;
    node.end = Math.min(state.position, text.length);
    node.kind = state.kind ?? undefined;
    node.tag = state.tag ?? null;
    node.value = state.result;
    (open.at(-1)?.children ?? roots).push(node);
  };
  try {
    load(text, { listener });
  } catch {
    // Whoever asks has the error already.
  }
  return { roots, open };
}

/** The first character from `offset` on that is neither space nor in a comment. */
export function contentFrom(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    while (isSpace(text.charAt(at))) at++;
    if (text.charAt(at) !== '#') return at;
    while (at < text.length && !isLineEnd(text.charAt(at))) at++;
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || isLineEnd(character);
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}
