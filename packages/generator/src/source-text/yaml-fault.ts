// js-yaml's errors in the words of somebody who looks at the line.
import type { YAMLException } from 'js-yaml';
import { keyTwice, tooDeep } from './faults.ts';
import type { SyntaxFault } from './parsed-text.ts';
import { type YamlNode, yamlNodes } from './yaml-nodes.ts';

const QUOTE_IT =
  'Correct the line, or put quotes around a string with any of : # { } [ ] , & * ! | > @ ` in it.';
const WRITE_OUT = 'Write the keys out in place of <<.';

/** What is wrong with a text that js-yaml refused, and where. */
export function yamlFault(text: string, { reason, mark }: YAMLException): SyntaxFault {
  // Only a second document has no mark.
  if (mark === undefined || mark === null) return secondDocument(text);
  const at = Math.min(mark.position, text.length);
  if (reason.startsWith('nesting exceeded')) return tooDeep(at).fault;
  if (reason === 'duplicated mapping key') return keyTwice(keyAt(text, at), at).fault;
  const merge = mergeFault(reason, at);
  if (merge !== undefined) return merge;
  const { open } = yamlNodes(text);
  return (
    unclosed(text, reason, open) ??
    notPlain(text, reason, at, open) ??
    unquoted(text, at) ??
    other(reason, at)
  );
}

function secondDocument(text: string): SyntaxFault {
  const [, second] = yamlNodes(text).roots;
  return {
    offset: Math.max(0, text.lastIndexOf('---', second?.start)),
    message: 'a second document begins here (---)',
    fix: 'Keep one document in the file.',
  };
}

/** The key that begins at an offset, without its quotes. */
function keyAt(text: string, offset: number): string {
  const key = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\n]{1,200}?(?= {0,20}(?::\s|:$|[,}\n]|$))/sy;
  key.lastIndex = offset;
  return (key.exec(text)?.[0] ?? '').replace(/^(["'])(.*)\1$/s, '$2');
}

function mergeFault(reason: string, offset: number): SyntaxFault | undefined {
  if (reason.startsWith('merge keys exceeded') || reason.startsWith('abnormal merge'))
    return { offset, message: 'merge keys (<<) multiply past any use here', fix: WRITE_OUT };
  if (reason.startsWith('cannot merge'))
    return {
      offset,
      message: 'a merge key (<<) merges something here that is no object',
      fix: 'Name an anchor of an object with keys: <<: *defaults.',
    };
  return undefined;
}

/** js-yaml notices at the end of the file what was never closed; people look where it opens. */
function unclosed(text: string, reason: string, open: readonly YamlNode[]): SyntaxFault | undefined {
  if (!/^unexpected end of the (?:stream|document) within a/.test(reason)) return undefined;
  const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };
  const opening = open.findLast(({ start }) => Object.hasOwn(closing, text.charAt(start)));
  if (opening === undefined) return undefined;
  const character = text.charAt(opening.start);
  return {
    offset: opening.start,
    message: `this ${character} is never closed`,
    fix: `Write ${closing[character]} where it ends.`,
  };
}

/** Tags and aliases, which nobody means in the files that claimgen reads: a string begins so. */
function notPlain(
  text: string,
  reason: string,
  at: number,
  open: readonly YamlNode[],
): SyntaxFault | undefined {
  const isTag = /\btag\b/.test(reason);
  if (!isTag && !/\balias\b/.test(reason)) return undefined;
  const offset = open.findLast(({ start }) => text.charAt(start) === (isTag ? '!' : '*'))?.start ?? at;
  const word = wordAt(text, offset);
  const fix = `Put quotes around it: ${JSON.stringify(word)}.`;
  if (isTag) return { offset, message: `YAML reads ${word} as a tag, as it begins with !`, fix };
  return {
    offset,
    message: `YAML reads ${word} as the alias of an anchor, and there is no such anchor`,
    fix,
  };
}

/** Characters that end a string or can't begin one. */
function unquoted(text: string, offset: number): SyntaxFault | undefined {
  const character = text.charAt(offset);
  if ('@`%'.includes(character) && character !== '') {
    return {
      offset,
      message: `in YAML no string without quotes can begin with ${character}`,
      fix: `Put quotes around it: ${JSON.stringify(wordAt(text, offset))}.`,
    };
  }
  if (character === ':') {
    return {
      offset,
      message: 'there is a colon with a space after it in this value',
      fix: 'Put quotes around the value.',
    };
  }
  return undefined;
}

function other(reason: string, offset: number): SyntaxFault {
  if (reason.startsWith('tab characters'))
    return { offset, message: 'YAML has no tabs in its indentation', fix: 'Indent with spaces.' };
  if (reason.startsWith('null byte') || reason.includes('non-printable'))
    return {
      offset,
      message: 'there is a control character here',
      fix: 'Remove it; the file must be text.',
    };
  if (reason.startsWith('missed comma'))
    return { offset, message: 'there must be a comma or a closing bracket here', fix: QUOTE_IT };
  return { offset, message: `this is not YAML: ${reason}`, fix: QUOTE_IT };
}

function wordAt(text: string, offset: number): string {
  const word = /[^\s,\]}]{0,100}/y;
  word.lastIndex = offset;
  return word.exec(text)?.[0] ?? '';
}
