import jsonc, { type Node, type ParseErrorCode } from 'jsonc-parser';
import { type ParsedText, SyntaxFaultError } from './parsed-text.ts';
import type { ValuePath } from './value-path.ts';

/**
 * Parses JSON. JSON.parse judges; jsonc-parser says where things stand.
 * @throws SyntaxFaultError for text that is not JSON, and for a key that stands in a map twice
 */
export function parseJsonText(text: string): ParsedText {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw syntaxFault(text);
  }
  refuseTwins(text);
  let root: Node | undefined;
  return {
    value,
    offsetOf(path, key) {
      root ??= jsonc.parseTree(text);
      return root === undefined ? 0 : offsetIn(root, path, key);
    },
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value',
  InvalidNumberFormat: 'this is not a JSON number',
  PropertyNameExpected: 'a key in double quotes must stand here',
  ValueExpected: 'a value must stand here',
  ColonExpected: 'a colon must stand here',
  CommaExpected: 'a comma must stand here',
  CloseBraceExpected: 'a brace } must stand here',
  CloseBracketExpected: 'a bracket ] must stand here',
  EndOfFileExpected: 'the file must end here',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a quote must close this text',
  UnexpectedEndOfNumber: 'this is not a JSON number',
  InvalidUnicode: 'this escape is not \\u and four hexadecimal digits',
  InvalidEscapeCharacter: 'JSON has no such escape',
  InvalidCharacter: 'a control character stands here',
};

/** The first place where the text is no JSON. */
function syntaxFault(text: string): SyntaxFaultError {
  let first: { readonly code: ParseErrorCode; readonly offset: number } | undefined;
  jsonc.visit(
    text,
    {
      onError: (code, offset) => {
        first ??= { code, offset };
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  if (text.trim() === '') {
    return new SyntaxFaultError({
      offset: 0,
      message: 'the file is empty',
      mend: 'Write it, or restore it.',
    });
  }
  const expected = first === undefined ? undefined : EXPECTED[jsonc.printParseErrorCode(first.code)];
  return new SyntaxFaultError({
    offset: first?.offset ?? 0,
    message: expected ?? 'the file is not JSON',
    mend: 'Correct it; JSON has double quotes, no comments, and no comma after the last entry.',
  });
}

/** JSON.parse keeps the last of two equal keys without a word. */
function refuseTwins(text: string): void {
  const open: Set<string>[] = [];
  jsonc.visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (key, offset) => {
      const keys = open[open.length - 1];
      if (keys?.has(key) === true) {
        throw new SyntaxFaultError({
          offset,
          message: `the key ${JSON.stringify(key)} stands here for the second time`,
          mend: 'Keep one of the two.',
        });
      }
      keys?.add(key);
    },
  });
}

function offsetIn(root: Node, path: ValuePath, key: string | undefined): number {
  let node = root;
  for (const part of path) {
    const next = typeof part === 'number' ? node.children?.[part] : propertyOf(node, part)?.children?.[1];
    if (next === undefined) return node.offset;
    node = next;
  }
  return (key === undefined ? undefined : propertyOf(node, key)?.offset) ?? node.offset;
}

function propertyOf(node: Node, key: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.find((property) => property.children?.[0]?.value === key);
}
