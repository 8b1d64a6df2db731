/**
 * Parses the JSON text of an object as one author would write it for many readers: RFC 8259 without whitespace and
 * byte order mark, UTF-8 without faults, no name twice (RFC 7519, section 4: two readers may take different ones).
 * Undefined for every other text.
 */
export function parseStrictJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // What JSON.stringify writes has neither whitespace nor names twice: nearly every token ends here, in native code.
    if (JSON.stringify(value) !== text && !isStrict(text)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

// ignoreBOM keeps the mark in the text, where JSON.parse refuses it.
const utf8: InstanceType<typeof TextDecoder> = /* @__PURE__ */ new TextDecoder('utf-8', {
  fatal: true,
  ignoreBOM: true,
});

/** Whether a text that JSON.parse accepts has no whitespace outside strings and no name twice in an object. */
function isStrict(text: string): boolean {
  const objects: Set<string>[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}]|[^"{}]+/gy;
  for (let [part] = token.exec(text) ?? []; part !== undefined; [part] = token.exec(text) ?? []) {
    if (part === '{') objects.push(new Set());
    else if (part === '}') objects.pop();
    else if (!part.startsWith('"')) {
      if (/\s/.test(part)) return false;
    } else if (text[token.lastIndex] === ':') {
      const name: string = JSON.parse(part);
      const names = objects.at(-1);
      if (names === undefined || names.has(name)) return false;
      names.add(name);
    }
  }
  return true;
}
