import jsonc, { type ParseErrorCode } from 'jsonc-parser';
import { MAX_DEPTH, tooDeep } from './faults.ts';
import { jsonPlaces } from './json-places.ts';
import { type ParsedText, SyntaxFaultError } from './parsed-text.ts';
import { offsetIn } from './places.ts';

/**
 * Parses JSON. JSON.parse judges; jsonc-parser says where things are.
 * @throws SyntaxFaultError for text that is not JSON or nested too deep, and for a key that an object has twice
 */
export function parseJsonText(text: string): ParsedText {
  refuseDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw syntaxFault(text);
  }
  const root = jsonPlaces(text);
  return { value, offsetOf: (path, key) => offsetIn(root, path, key) };
}

/** Whoever walks a value by recursion may rely on its depth, jsonc-parser's visitor included. */
function refuseDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text.charAt(offset);
    if (inString) {
      if (character === '\\') offset++;
      else if (character === '"' || character === '\n') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      depth++;
      if (depth > MAX_DEPTH) throw tooDeep(offset);
    } else if (character === ']' || character === '}') depth--;
  }
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
