import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, visit, type YAMLError } from 'yaml';
import { type ParsedText, type SyntaxFault, SyntaxFaultError } from './parsed-text.ts';
import type { ValuePath } from './value-path.ts';

/**
 * Parses YAML 1.2.
 * @throws SyntaxFaultError, for what YAML allows but nobody means here, too: tags, aliases of nothing
 */
export function parseYamlText(text: string): ParsedText {
  // The parser descends by recursion, and a stack that runs out inside it can't always be caught.
  const nested = /(?:(?:[[{]|[-?:]\s)\s*){200}/.exec(text);
  if (nested !== null) {
    throw new SyntaxFaultError({
      offset: nested.index,
      message: 'lists and maps are nested too deep here',
      mend: 'Nothing that claimgen reads has more than a few levels: write the value out.',
    });
  }
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw new SyntaxFaultError(unclosedFault(text, document) ?? toFault(text, fault));
  refuseUnknownAliases(text, document);
  return {
    value: toValue(document),
    offsetOf: (path, key) => offsetIn(document.contents, path, key),
  };
}

function toFault(text: string, error: YAMLError): SyntaxFault {
  const offset = error.pos[0];
  const word = /^[^\s,\]}]*/.exec(text.slice(offset))?.[0] ?? '';
  const quote = `Put quotes around it: ${JSON.stringify(word)}.`;
  switch (error.code) {
    case 'TAG_RESOLVE_FAILED':
      return { offset, message: `YAML reads ${word} as a tag, as it begins with !`, mend: quote };
    case 'BAD_SCALAR_START':
      return { offset, message: `in YAML no text can begin with ${word.charAt(0)}`, mend: quote };
    case 'DUPLICATE_KEY':
      return {
        offset,
        message: 'this key stands in its map for the second time',
        mend: 'Keep one of the two.',
      };
    case 'MULTIPLE_DOCS':
      return {
        offset,
        message: 'a second document begins here (---)',
        mend: 'Keep one document in the file.',
      };
    case 'TAB_AS_INDENT':
      return { offset, message: 'YAML takes no tabs as indentation', mend: 'Indent with spaces.' };
    default:
      return {
        offset,
        message: `this is not YAML: ${lowerFirst(error.message.split('\n')[0] ?? '')}`,
        mend: 'Correct the line, or put quotes around a text that holds any of : # { } [ ] , & * ! | > @ `.',
      };
  }
}

/** The parser notices at the end of the file what was opened and never closed; people look where it opens. */
function unclosedFault(text: string, document: Document): SyntaxFault | undefined {
  let fault: SyntaxFault | undefined;
  visit(document, {
    Node(_, node) {
      const [start = 0, end = 0] = node.range ?? [];
      const written = text.slice(start, end).trimEnd();
      const closing = closingOf(node);
      if (closing === undefined) return;
      const opening = written.charAt(0);
      const isClosed =
        opening === closing
          ? written.length > 1 && written.endsWith(closing)
          : written.split(closing).length >= written.split(opening).length;
      if (isClosed) return;
      fault = {
        offset: start,
        message: `this ${opening} is never closed`,
        mend: `Write ${closing} where it ends.`,
      };
    },
  });
  return fault;
}

function closingOf(node: unknown): string | undefined {
  if (isScalar(node))
    return node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : undefined;
  if (isSeq(node) && node.flow === true) return ']';
  return isMap(node) && node.flow === true ? '}' : undefined;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function refuseUnknownAliases(text: string, document: Document): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const offset = alias.range?.[0] ?? 0;
      const word = /^[^\s,\]}]*/.exec(text.slice(offset))?.[0] ?? '';
      throw new SyntaxFaultError({
        offset,
        message: `YAML reads ${word} as the alias of an anchor, and there is no such anchor`,
        mend: `Put quotes around it: ${JSON.stringify(word)}.`,
      });
    },
  });
}

function toValue(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // The parser's guard against aliases that multiply ("billion laughs").
    if (!(error instanceof ReferenceError)) throw error;
    let offset = 0;
    visit(document, {
      Alias(_, alias) {
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    throw new SyntaxFaultError({
      offset,
      message: 'from here on, aliases multiply past any use',
      mend: 'Write the values out in place of the aliases.',
    });
  }
}

function offsetIn(root: unknown, path: ValuePath, key: string | undefined): number {
  let node = root;
  // A map or list in the lines below its key begins where people look for it: at the key.
  let start = startOf(root);
  for (const part of path) {
    const next =
      typeof part === 'number' ? (isSeq(node) ? node.items[part] : undefined) : pairOf(node, part)?.value;
    if (next === null || next === undefined) return start;
    const key = typeof part === 'string' && isBlock(next) ? pairOf(node, part)?.key : undefined;
    node = next;
    start = startOf(key ?? next);
  }
  const pair = key === undefined ? undefined : pairOf(node, key);
  return pair === undefined ? start : startOf(pair.key);
}

function isBlock(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

function pairOf(node: unknown, key: string) {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function startOf(node: unknown): number {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0] ?? 0;
  return 0;
}
