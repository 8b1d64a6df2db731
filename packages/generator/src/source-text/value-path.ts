/** The way to a value inside a file: keys and indexes. */
export type ValuePath = readonly (string | number)[];

/** `['audiences', 'orders', 'globs', 0]` as `audiences.orders.globs[0]`. */
export function formatPath(path: ValuePath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (/^[A-Za-z_$][\w$-]*$/.test(part)) return index === 0 ? part : `.${part}`;
      return `[${JSON.stringify(part)}]`;
    })
    .join('');
}
