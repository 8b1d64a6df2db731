// Where the values of a YAML text begin.
import type { Place, PropertyPlace } from './places.ts';
import { type YamlNode, yamlNodes } from './yaml-nodes.ts';

const MERGE_TAG = 'tag:yaml.org,2002:merge';

/**
 * Finds where each value of a YAML text begins. What comes from an alias or a merge key is where it is written.
 * @param text that js-yaml reads
 */
export function yamlPlaces(text: string): Place {
  const [root] = yamlNodes(text).roots;
  if (root === undefined || root.value === null) return { start: 0, end: text.length };
  return new YamlPlaces(text).placeOf(root);
}

class YamlPlaces {
  readonly #text: string;
  /** By object or array: js-yaml gives an alias the very value of its anchor. */
  readonly #placeOfValue = new Map<object, Place>();

  constructor(text: string) {
    this.#text = text;
  }

  placeOf(node: YamlNode): Place {
    const { value, kind, start, end } = node;
    const [only] = node.children;
    // js-yaml looks for a key first, and keeps what it found where no colon follows.
    if (kind !== 'scalar' && only !== undefined && node.children.length === 1 && only.value === value)
      return this.placeOf(only);
    if (typeof value !== 'object' || value === null) return { start, end };
    const known = this.#placeOfValue.get(value);
    if (known !== undefined) return { ...known, start, end };
    const place: Place =
      kind === 'mapping'
        ? { start, end, properties: this.#properties(node) }
        : kind === 'sequence'
          ? { start, end, items: this.#items(node) }
          : { start, end };
    this.#placeOfValue.set(value, place);
    return place;
  }

  #properties(node: YamlNode): Map<string, PropertyPlace> {
    const properties = new Map<string, PropertyPlace>();
    const merged: unknown[] = [];
    let key: YamlNode | undefined;
    const put = (value: YamlNode | undefined) => {
      if (key === undefined) return;
      if (key.tag === MERGE_TAG) merged.push(value?.value);
      const name = String(key.value);
      properties.set(name, { key: key.start, value: this.#valuePlace(key, value) });
      key = undefined;
    };
    for (const child of node.children) {
      if (this.#isKey(child)) {
        put(undefined);
        key = child;
      } else put(child);
    }
    put(undefined);
    // Keys written out win, and of several maps the first.
    for (const source of merged.flat()) {
      const place =
        typeof source === 'object' && source !== null ? this.#placeOfValue.get(source) : undefined;
      for (const [name, property] of place?.properties ?? []) {
        if (!properties.has(name)) properties.set(name, property);
      }
    }
    return properties;
  }

  /** An object or array in the lines below its key begins where people look for it: at the key. So does a value that is not there. */
  #valuePlace(key: YamlNode, value: YamlNode | undefined): Place {
    if (value === undefined || (value.value === null && value.kind === undefined))
      return { start: key.start, end: key.end };
    const place = this.placeOf(value);
    const isBlock = (value.kind === 'mapping' || value.kind === 'sequence') && !this.#isFlow(place.start);
    return isBlock ? { ...place, start: key.start } : place;
  }

  #isFlow(offset: number): boolean {
    const properties = /(?:[&!][^\s]*\s+)*/y;
    properties.lastIndex = offset;
    properties.test(this.#text);
    return '[{'.includes(this.#text.charAt(properties.lastIndex));
  }

  /** Whether a colon follows, or a question mark precedes: so with keys, and never with values. */
  #isKey({ start, end }: YamlNode): boolean {
    const colon = /[ \t]*:|\s*:(?=\s|$)/y;
    colon.lastIndex = end;
    if (colon.test(this.#text)) return true;
    let before = start - 1;
    while (before > 0 && ' \t\r\n'.includes(this.#text.charAt(before))) before--;
    return before < start - 1 && this.#text.charAt(before) === '?';
  }

  /** js-yaml opens no node for a lone dash: entries and nodes are matched by value, in their order. */
  #items(node: YamlNode): (Place | undefined)[] {
    const items = node.value as readonly unknown[];
    let next = 0;
    return items.map((item) => {
      const child = node.children[next];
      if (child === undefined) return undefined;
      if (Object.is(child.value, item)) {
        next++;
        return this.placeOf(child);
      }
      if (!isPairOf(item, child.value)) return undefined;
      const { start, end } = child;
      next += Object.is(node.children[next + 1]?.value, Object.values(item)[0]) ? 2 : 1;
      return { start, end };
    });
  }
}

/** Whether an entry was written as a pair, [key: value], of which the key comes first. */
function isPairOf(item: unknown, key: unknown): item is object {
  if (typeof item !== 'object' || item === null) return false;
  const keys = Object.keys(item);
  return keys.length === 1 && keys[0] === String(key);
}
