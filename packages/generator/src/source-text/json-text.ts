import type { ParseErrorCode } from 'jsonc-parser';
import { MAX_DEPTH, tooDeep } from './faults.ts';
import { jsonPlaces } from './json-places.ts';
import { jsonc } from './jsonc.ts';
import { type ParsedText, SyntaxFaultError } from './parsed-text.ts';
import { offsetIn } from './places.ts';

/**
 * Parses JSON. JSON.parse judges; jsonc-parser says where things are, once somebody asks.
 * @throws SyntaxFaultError for text that is not JSON or nested too deep, and for a key that an object has twice
 */
export function parseJsonText(text: string): ParsedText {
  const written = countProperties(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw syntaxFault(text);
  }
  // Of two equal keys JSON.parse keeps the last without a word: then it has fewer than the text.
  let root = propertiesIn(value) === written ? undefined : jsonPlaces(text);
  return {
    value,
    offsetOf: (path, key) => {
      root ??= jsonPlaces(text);
      return offsetIn(root, path, key);
    },
  };
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const LINE_END = '\n'.charCodeAt(0);
const COLON = ':'.charCodeAt(0);
const OPEN_BRACKET = '['.charCodeAt(0);
const CLOSE_BRACKET = ']'.charCodeAt(0);
const OPEN_BRACE = '{'.charCodeAt(0);
const CLOSE_BRACE = '}'.charCodeAt(0);

/**
 * How many properties the objects of a JSON text have in all, equal keys included: each has one colon outside of strings.
 * @throws SyntaxFaultError where it is nested too deep: whoever walks a value by recursion may rely on its depth
 */
function countProperties(text: string): number {
  let properties = 0;
  let depth = 0;
  let inString = false;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text.charCodeAt(offset);
    if (inString) {
      if (character === BACKSLASH) offset++;
      else if (character === QUOTE || character === LINE_END) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === COLON) properties++;
    else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
      depth++;
      if (depth > MAX_DEPTH) throw tooDeep(offset);
    } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) depth--;
  }
  return properties;
}

/** How many properties a value's objects have in all. */
function propertiesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + propertiesIn(item), 0);
  const own = Object.values(value);
  return own.reduce((sum: number, item) => sum + propertiesIn(item), own.length);
}

const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value',
  InvalidNumberFormat: 'this is not a JSON number',
  PropertyNameExpected: 'there must be a key in double quotes here',
  ValueExpected: 'there must be a value here',
  ColonExpected: 'there must be a colon here',
  CommaExpected: 'there must be a comma here',
  CloseBraceExpected: 'there must be a brace } here',
  CloseBracketExpected: 'there must be a bracket ] here',
  EndOfFileExpected: 'the file must end here',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'there must be a quote at the end of this string',
  UnexpectedEndOfNumber: 'this is not a JSON number',
  InvalidUnicode: 'this escape is not \\u and four hexadecimal digits',
  InvalidEscapeCharacter: 'JSON has no such escape',
  InvalidCharacter: 'there is a control character here',
};

/** The first place where the text is no JSON. */
function syntaxFault(text: string): SyntaxFaultError {
  let first: { readonly code: ParseErrorCode; readonly offset: number } | undefined;
  jsonc().visit(
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
      fix: 'Write it, or restore it.',
    });
  }
  const expected = first === undefined ? undefined : EXPECTED[jsonc().printParseErrorCode(first.code)];
  return new SyntaxFaultError({
    offset: first?.offset ?? 0,
    message: expected ?? 'the file is not JSON',
    fix: 'Correct it; JSON has double quotes, no comments, and no comma after the last entry.',
  });
}
