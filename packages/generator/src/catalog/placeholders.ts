// Keywords that nothing replaced. To a parser they may be anything: a string, a comment, a syntax error. What claimgen doesn't need of a
// file must not stop it, and what it needs must not pass as something else, so each is turned into a string of the same length, by which
// the reader knows it.

/** Names begin and end with neither white space nor a delimiter. They are short: without a bound, a line full of @@ would take long. */
const KEYWORD = /@@(?![\s@])[^\r\n]{0,199}?[^\s]@@|(?<!#)##(?![\s#])[^\r\n]{0,199}?[^\s]##/;

/** A comment of a YAML file that begins with what may be a keyword, where no single value can be. */
export interface KeywordComment {
  readonly offset: number;
  readonly keyword: string;
  /** Whether the line has nothing before it. */
  readonly ownLine: boolean;
}

/** A text in which a parser takes every keyword for a string. */
export interface MarkedText {
  readonly text: string;
  readonly comments: readonly KeywordComment[];
}

/** The first keyword in a string that nothing replaced, or undefined. */
export function unresolvedKeyword(text: string): string | undefined {
  return KEYWORD.exec(text)?.[0];
}

/** Whether a string whose keywords may be replaced by anything can come to be `wanted`. */
export function canBecome(text: string, wanted: string): boolean {
  const [first = '', ...rest] = text.split(new RegExp(KEYWORD, 'g'));
  const last = rest.pop();
  if (last === undefined) return text === wanted;
  if (!wanted.startsWith(first) || !wanted.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = wanted.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at + last.length <= wanted.length;
}

/** Blocks of 256 characters for private use. */
const BLOCKS = Array.from({ length: 25 }, (_, block) => 0xe000 + block * 0x100);
/** Within a block, 0 to 127 stand for ASCII. */
const AT = 0x80;
const HASH = 0x81;
const FILLER = 0x82;

/** Marks the keywords of one file, in characters that the file doesn't have. */
export class Placeholders {
  readonly #original: string;
  /** Undefined where there is nothing to mark, or no block is free: then a keyword is what the parser makes of it. */
  readonly #block: number | undefined;

  constructor(text: string) {
    this.#original = text;
    this.#block = KEYWORD.test(text) ? BLOCKS.find((block) => !hasAny(text, block)) : undefined;
  }

  /** Makes each keyword that is a value of its own a JSON string; within strings they are part of one already. */
  markJson(): MarkedText {
    const text = this.#original;
    if (this.#block === undefined) return { text, comments: [] };
    const keyword = new RegExp(KEYWORD, 'y');
    const parts: string[] = [];
    let end = 0;
    for (let offset = 0; offset < text.length; offset++) {
      const character = text.charAt(offset);
      if (character === '"') offset = endOfString(text, offset);
      if (character !== '@' && character !== '#') continue;
      keyword.lastIndex = offset;
      const found = keyword.exec(text)?.[0];
      if (found === undefined || /["\\]|\p{Cc}/u.test(found)) continue;
      parts.push(text.slice(end, offset), `"${this.#mark(found, 1)}"`);
      end = offset + found.length;
      offset = end - 1;
    }
    return { text: parts.join('') + text.slice(end), comments: [] };
  }

  /** Makes each keyword part of a plain scalar. `##` begins comments, too: those that are no value stay and are listed. */
  markYaml(): MarkedText {
    const original = this.#original;
    const comments: KeywordComment[] = [];
    if (this.#block === undefined) return { text: original, comments };
    let [lineStart, lineEnd] = [0, lineEndFrom(original, 0)];
    const text = original.replace(new RegExp(KEYWORD, 'g'), (keyword: string, offset: number) => {
      if (keyword.startsWith('@')) return this.#mark(keyword, 2);
      while (lineEnd < offset) [lineStart, lineEnd] = [lineEnd + 1, lineEndFrom(original, lineEnd + 1)];
      const before = original.slice(Math.max(lineStart, offset - MAX_BEFORE), offset);
      // Right after another character, it is part of what begins there.
      if (/[^\s[{,]$/.test(before)) return this.#mark(keyword, 2);
      const isValue = /(?:^|\s)[-?]\s+$|:\s+$|[[{,]\s*$/.test(before);
      if (isValue && !hasBlock(original, before, offset + keyword.length)) return this.#mark(keyword, 2);
      // What follows the # of a comment is no value; a name without letters is decoration.
      if (!/(?:^|\s)#/.test(before) && /[\p{L}\p{N}]/u.test(keyword))
        comments.push({ offset, keyword, ownLine: before.trim() === '' });
      return keyword;
    });
    return { text, comments };
  }

  /** A string as the file has it. */
  restore(text: string): string {
    const block = this.#block;
    if (block === undefined) return text;
    return text.replace(/[\ue000-\uf8ff]/g, (character) => {
      const code = character.charCodeAt(0) - block;
      if (code < 0 || code > FILLER) return character;
      if (code === FILLER) return '';
      return code === AT ? '@@' : code === HASH ? '##' : String.fromCharCode(code);
    });
  }

  /** @param width of what stands for a delimiter, in characters */
  #mark(keyword: string, width: 1 | 2): string {
    const block = this.#block ?? 0;
    const delimiter =
      String.fromCharCode(block + (keyword.startsWith('@') ? AT : HASH)) +
      (width === 2 ? String.fromCharCode(block + FILLER) : '');
    const name = Array.from(keyword.slice(2, -2), (character) => {
      const code = character.charCodeAt(0);
      return code < AT ? String.fromCharCode(block + code) : character;
    });
    return delimiter + name.join('') + delimiter;
  }
}

/** How much of a line is looked at before a keyword; only flow collections without line ends have more. */
const MAX_BEFORE = 1000;

function hasAny(text: string, block: number): boolean {
  return new RegExp(`[${String.fromCharCode(block)}-${String.fromCharCode(block + 0xff)}]`).test(text);
}

/** The offset of the quote that ends a JSON string, or of the line's end where none does. */
function endOfString(text: string, start: number): number {
  let offset = start + 1;
  while (offset < text.length && text[offset] !== '"' && text[offset] !== '\n') {
    offset += text[offset] === '\\' ? 2 : 1;
  }
  return offset;
}

/**
 * Whether an object or array follows in the lines below a key or dash, so that a `##` after it is but a comment.
 * @param before the line up to the comment
 * @param end where the keyword ends
 */
function hasBlock(text: string, before: string, end: number): boolean {
  const isKey = /:\s+$/.test(before);
  if (!isKey && !/-\s+$/.test(before)) return false;
  const restOfLine = /[ \t]*(?:\r?\n|$)/y;
  restOfLine.lastIndex = end;
  if (!restOfLine.test(text)) return false;
  const line = nextContent(text, restOfLine.lastIndex);
  if (line === undefined) return false;
  const indent = line.length - line.trimStart().length;
  // Of "- key:" the lines below belong to the key; of a dash alone, to the dash.
  const parent = isKey ? (/^[\s-]*/.exec(before)?.[0].length ?? 0) : before.lastIndexOf('-');
  return indent > parent || (isKey && indent === parent && /^\s*-\s/.test(`${line} `));
}

/** The next line that has more than a comment. */
function nextContent(text: string, offset: number): string | undefined {
  for (let start = offset; start < text.length; start = lineEndFrom(text, start) + 1) {
    const line = text.slice(start, lineEndFrom(text, start));
    if (line.trim() !== '' && !line.trimStart().startsWith('#')) return line;
  }
  return undefined;
}

function lineEndFrom(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}
