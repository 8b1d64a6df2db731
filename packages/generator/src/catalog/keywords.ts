// Keyword replacement as auth0-deploy-cli 8.44 does it before it parses a file: lib/tools/utils.js, keywordReplace.
import { InputError } from '../errors.ts';
import { formatPath } from '../source-text/value-path.ts';

export type Keywords = Readonly<Record<string, unknown>>;

/** A file's text with its keywords replaced. */
export interface ReplacedText {
  readonly text: string;
  /** The offset in the file of what is at an offset of the text; within a value that was put in, where its keyword is. */
  offsetOf(offset: number): number;
}

/** A value that was put in. Offsets and lengths are UTF-16 code units. */
interface Edit {
  readonly from: number;
  readonly fromLength: number;
  readonly to: number;
  readonly toLength: number;
}

/** Keywords whose values hold keywords multiply; no tenant's export comes near to this many characters. */
const MAX_LENGTH = 50_000_000;

/**
 * Replaces `@@KEY@@` (with quotes around it, or without) by the value's JSON, for one key after another, then `##KEY##` by the value's
 * text. Keys are regular expressions.
 * @throws InputError where that makes a file longer than any
 */
export function replaceKeywords(text: string, keywords: Keywords): ReplacedText {
  const steps: (readonly Edit[])[] = [];
  const maxLength = Math.max(MAX_LENGTH, 2 * text.length);
  let replaced = text;
  const replace = (pattern: RegExp, written: () => string) => {
    // As there, a value that has no text is no fault where nothing asks for it.
    if (!pattern.test(replaced)) return;
    const step = replaceAll(replaced, pattern, written(), maxLength);
    replaced = step.text;
    steps.push(step.edits);
  };
  for (const [key, value] of Object.entries(keywords)) {
    // As there: what JSON has no text for becomes a word.
    replace(arrayPattern(key), () => String(JSON.stringify(value)));
  }
  for (const [key, value] of Object.entries(keywords)) replace(stringPattern(key), () => textOf(key, value));
  return {
    text: replaced,
    offsetOf: (offset) => steps.reduceRight((at, edits) => offsetBefore(at, edits), offset),
  };
}

/** The key under `keywords` that replaces a keyword of this name. */
export function keyFor(name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    return new RegExp(`^(?:${name})$`).test(name) ? name : escaped;
  } catch {
    return escaped;
  }
}

function arrayPattern(key: string): RegExp {
  return new RegExp(`'@@${key}@@'|"@@${key}@@"|@@${key}@@`, 'g');
}

function stringPattern(key: string): RegExp {
  return new RegExp(`##${key}##`, 'g');
}

function replaceAll(
  text: string,
  pattern: RegExp,
  value: string,
  maxLength: number,
): { readonly text: string; readonly edits: readonly Edit[] } {
  const edits: Edit[] = [];
  const parts: string[] = [];
  let end = 0;
  let length = 0;
  pattern.lastIndex = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    parts.push(text.slice(end, index), value);
    length += index - end;
    edits.push({ from: index, fromLength: match.length, to: length, toLength: value.length });
    length += value.length;
    end = index + match.length;
    if (length > maxLength) throw tooLong();
  }
  parts.push(text.slice(end));
  return { text: parts.join(''), edits };
}

function offsetBefore(offset: number, edits: readonly Edit[]): number {
  let [low, high] = [0, edits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle] as Edit).to <= offset) low = middle + 1;
    else high = middle;
  }
  const edit = edits[low - 1];
  if (edit === undefined) return offset;
  const past = offset - edit.to - edit.toLength;
  return past < 0 ? edit.from : edit.from + edit.fromLength + past;
}

/** What a value is where a string is put together with it, as there. */
function textOf(key: string, value: unknown): string {
  try {
    return String(value);
  } catch {
    throw new InputError([
      {
        code: 'config_invalid',
        path: formatPath(['keywords', key]),
        message: `nothing can stand for ##${key}## whose value is an object with a "toString" of its own`,
        fix: 'Write a string, or use @@ in place of ## in the export.',
      },
    ]);
  }
}

function tooLong(): InputError {
  return new InputError([
    {
      code: 'config_invalid',
      path: 'keywords',
      message: 'the values of keywords hold keywords, which multiply past any use',
      fix: 'Write values without keywords in them.',
    },
  ]);
}
