type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children; texts arrive as text, never as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    created.setAttribute(key, value === true ? '' : String(value));
  }
  created.append(...children);
  return created;
}

/** The element that the template has at this id. */
export function required<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no #${id}`);
  return found;
}

/** 8192 as 8,192. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A table with a heading for each column; cells that are numbers stand to the right. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | number | Node)[])[],
): HTMLTableElement {
  const cell = (value: string | number | Node) =>
    typeof value === 'number' ? element('td', { class: 'number' }, count(value)) : element('td', {}, value);
  const heading = (title: string, column: number) =>
    element(
      'th',
      { scope: 'col', class: typeof rows[0]?.[column] === 'number' ? 'number' : undefined },
      title,
    );
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head.map(heading))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))),
  );
}
