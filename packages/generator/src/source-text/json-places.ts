// Where the values of a JSON text begin: one pass over jsonc-parser's tokens, as its tree answers each question by searching.
import type { SyntaxKind } from 'jsonc-parser';
import { keyTwice } from './faults.ts';
import { jsonc } from './jsonc.ts';
import type { Place, PropertyPlace } from './places.ts';

// jsonc-parser has its token kinds as a const enum, which isolated modules can't use.
const OPEN_BRACE = 1 as SyntaxKind;
const CLOSE_BRACE = 2 as SyntaxKind;
const OPEN_BRACKET = 3 as SyntaxKind;
const CLOSE_BRACKET = 4 as SyntaxKind;
const COMMA = 5 as SyntaxKind;
const COLON = 6 as SyntaxKind;
const STRING = 10 as SyntaxKind;
const END = 17 as SyntaxKind;

/** An object or array that is not closed yet. */
interface Open {
  readonly start: number;
  readonly properties: Map<string, PropertyPlace> | undefined;
  readonly items: Place[] | undefined;
  key: { readonly name: string; readonly offset: number } | undefined;
}

/**
 * Finds where each value of a JSON text begins.
 * @param text that JSON.parse reads
 * @throws SyntaxFaultError for a key that an object has twice: JSON.parse keeps the last without a word
 */
export function jsonPlaces(text: string): Place {
  const scanner = jsonc().createScanner(text, true);
  const open: Open[] = [];
  let root: Place = { start: 0, end: text.length };
  const put = (place: Place) => {
    const into = open.at(-1);
    if (into === undefined) root = place;
    else if (into.items !== undefined) into.items.push(place);
    else if (into.key !== undefined) {
      into.properties?.set(into.key.name, { key: into.key.offset, value: place });
      into.key = undefined;
    }
  };
  for (let token = scanner.scan(); token !== END; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const into = open.at(-1);
    if (token === OPEN_BRACE || token === OPEN_BRACKET) {
      const isObject = token === OPEN_BRACE;
      open.push({
        start,
        properties: isObject ? new Map() : undefined,
        items: isObject ? undefined : [],
        key: undefined,
      });
    } else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) {
      const closed = open.pop();
      if (closed !== undefined) put(placeOf(closed, end));
    } else if (token === STRING && into?.properties !== undefined && into.key === undefined) {
      const name = scanner.getTokenValue();
      if (into.properties.has(name)) throw keyTwice(name, start);
      into.key = { name, offset: start };
    } else if (token !== COMMA && token !== COLON) {
      put({ start, end });
    }
  }
  return root;
}

function placeOf({ start, properties, items }: Open, end: number): Place {
  return {
    start,
    end,
    ...(properties === undefined ? {} : { properties }),
    ...(items === undefined ? {} : { items }),
  };
}
