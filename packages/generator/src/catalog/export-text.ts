// A file of a tenant export, with the keywords that the config replaces and those that nothing does.
import type { SyntaxFault } from '../source-text/parsed-text.ts';
import { PlaceFinder } from '../source-text/place-finder.ts';
import { type Place, placeAt, writtenOnce } from '../source-text/places.ts';
import { isJson, type PositionedText, parseSourceText, type ValuePath } from '../source-text/source-text.ts';
import { yamlPlaces } from '../source-text/yaml-places.ts';
import type { CatalogFile } from './catalog-format.ts';
import { type Keywords, keyFor, replaceKeywords } from './keywords.ts';
import { type KeywordComment, type MarkedText, Placeholders, unresolvedKeyword } from './placeholders.ts';

/** A file of a tenant export. Strings in its value are to be read through `restore`. */
export interface ExportSource extends PositionedText {
  /** Whether anything in the file may be a keyword that nothing replaces. */
  readonly hasKeywords: boolean;
  /** A string of the value as the file has it. */
  restore(text: string): string;
  /** The keyword in a comment after or inside of a value: once replaced, the file would have something else there. */
  keywordBeside(path: ValuePath): KeywordComment | undefined;
}

/**
 * Parses a file of an export as auth0-deploy-cli does once keywords are replaced. Those that are left stop nothing by themselves.
 * @throws InputError for text that is not JSON or YAML
 */
export function parseExport({ file, text }: CatalogFile, keywords: Keywords): ExportSource {
  const replaced = replaceKeywords(text, keywords);
  const placeholders = new Placeholders(replaced.text);
  const marked = isJson(file) ? placeholders.markJson() : placeholders.markYaml();
  const source = parseSourceText(file, marked.text, {
    text,
    offsetOf: replaced.offsetOf,
    explain: (fault) =>
      keywordFault(replaced.text, fault) ?? {
        offset: fault.offset,
        message: placeholders.restore(fault.message),
        fix: placeholders.restore(fault.fix),
      },
  });
  let beside: CommentFinder | undefined;
  return {
    ...source,
    problem: (code, path, message, fix, key) => {
      const problem = source.problem(code, path, message, fix, key);
      return problem.path === undefined ? problem : { ...problem, path: placeholders.restore(problem.path) };
    },
    hasKeywords: unresolvedKeyword(replaced.text) !== undefined,
    restore: (string) => placeholders.restore(string),
    keywordBeside(path) {
      if (marked.comments.length === 0) return undefined;
      beside ??= new CommentFinder(marked);
      return beside.at(path);
    },
  };
}

/** What is wrong where nothing replaces a keyword. */
export function keywordProblem(keyword: string): { readonly message: string; readonly fix: string } {
  const key = keyFor(keyword.slice(2, -2));
  const name = /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
  return {
    message: `nothing replaces the keyword ${keyword}`,
    fix: `Add it to "keywords" in the config: keywords: {${name}: …}.`,
  };
}

/** Where a keyword is no whole value, the file may be well-formed only once it is replaced. */
function keywordFault(text: string, { offset }: SyntaxFault): SyntaxFault | undefined {
  const start = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - 500);
  const line = /[^\n]{0,1000}/y;
  line.lastIndex = start;
  const [found = ''] = line.exec(text) ?? [];
  let last: SyntaxFault | undefined;
  for (let at = 0; ; ) {
    const keyword = unresolvedKeyword(found.slice(at));
    if (keyword === undefined) return last;
    const index = found.indexOf(keyword, at);
    if (start + index > offset) return last;
    // Inside of a string it does no harm.
    if (!/[\w"']/.test(found.charAt(index - 1))) last = { offset: start + index, ...keywordProblem(keyword) };
    at = index + keyword.length;
  }
}

/** Finds comments by the values that they are beside, wherever an alias or a merge key takes these to. */
class CommentFinder {
  readonly #root: Place;
  readonly #comments = new Map<object, KeywordComment>();

  constructor({ text, comments }: MarkedText) {
    this.#root = yamlPlaces(text);
    const finder = new PlaceFinder(text, this.#root);
    for (const comment of comments) {
      const { offset, keyword, ownLine } = comment;
      const place = ownLine ? finder.continuedAt(offset) : finder.lastBefore(offset);
      if (place === undefined) continue;
      if (place !== this.#root) this.#add(place, comment);
      else {
        // What would begin at the left edge may continue the section before it, or be a section of its own; a heading is no capitals alone.
        this.#add(finder.outermostBefore(offset), comment);
        if (/^##[A-Z0-9_]+##$/.test(keyword)) this.#add(this.#root, comment);
      }
    }
  }

  at(path: ValuePath): KeywordComment | undefined {
    const place = placeAt(this.#root, path);
    return place === undefined ? undefined : this.#comments.get(writtenOnce(place));
  }

  #add(place: Place, comment: KeywordComment): void {
    const key = writtenOnce(place);
    if (!this.#comments.has(key)) this.#comments.set(key, comment);
  }
}
