// Foreign text in Markdown (GitHub Flavored Markdown 0.29): it reads the same in a diff and where it is rendered.
import { oneLine } from './visible-text.ts';

/**
 * A name as a code span, in which nothing but backticks has a meaning (section 6.3), and in a table pipes (section 4.10). A name with either,
 * or with the beginning of an element or a link, becomes a `code` element in which every such character is a reference.
 * @example codeSpan('orders:*') // '`orders:*`'
 */
export function codeSpan(text: string): string {
  const content = oneLine(text);
  if (content === '') return '';
  if (/[`|<]|\]\(|^ | $/.test(content)) return `<code>${withReferences(content)}</code>`;
  return `\`${content}\``;
}

/** Character references in place of all that could begin something, web addresses and addresses of mailboxes included (section 6.9). */
function withReferences(text: string): string {
  return text.replace(
    /[\\`*_{}[\]<>()#+!|&~:@"'-]|(?<=www)\.|^ | $/gi,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/**
 * A sentence with foreign text in it: what is quoted as JSON and every word that Markdown could read otherwise become code spans.
 * @example sentence('the role "a|b" of https://x.example:') // 'the role `a|b` of `https://x.example`:'
 */
export function sentence(text: string): string {
  return oneLine(text).replace(/"(?:[^"\\]|\\.)*"|[^\s"]+|"/gu, (part, at: number) =>
    part.length > 1 && part.startsWith('"') ? quoted(part) : word(part, at === 0),
  );
}

function quoted(literal: string): string {
  try {
    return codeSpan(JSON.parse(literal)) || codeSpan(literal);
  } catch {
    return codeSpan(literal);
  }
}

function word(text: string, isFirst: boolean): string {
  const from = text.startsWith('(') ? 1 : 0;
  let to = text.length;
  while (to > from && CLOSING.has(text[to - 1] as string)) to--;
  const core = text.slice(from, to);
  // A number with a dot would begin a list.
  if (core !== '' && PLAIN.test(core) && !(isFirst && /^\d+[.)]$/.test(text))) return text;
  if (core === '') return isFirst ? codeSpan(text) : text;
  return `${text.slice(0, from)}${codeSpan(core)}${text.slice(to)}`;
}

/** What may follow a word of a sentence. */
const CLOSING: ReadonlySet<string> = new Set(').,:;!?…');

/** Letters and numbers with what stands inside of words, but no address of a web site. */
const PLAIN = /^(?!www\.)(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.,'’/%-]*[\p{L}\p{M}\p{N}%'’])?|[–—−×→·])$/iu;
