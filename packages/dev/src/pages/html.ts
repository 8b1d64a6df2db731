// HTML from text: what is put into a template is escaped, unless it is HTML already.

/** Text that is HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ENTITIES.get(character) ?? character);
}

/** A template of HTML. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  const inserted = values.map((value) => {
    if (typeof value === 'string') return escaped(value);
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
  });
  return new Html(parts.map((part, index) => part + (inserted[index] ?? '')).join(''));
}

const STYLE = new Html(
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
    'button{font:inherit;display:block;width:100%;text-align:left;padding:.6rem 1rem;margin:.4rem 0;cursor:pointer}' +
    'small{display:block;opacity:.75}pre{overflow:auto;padding:.6rem;border:1px solid #8888}' +
    'details{border-bottom:1px solid #8888;padding:.4rem 0}summary{cursor:pointer}footer{margin-top:2rem;opacity:.75}',
);

/** A whole page. */
export function page(title: string, body: Html): string {
  return html`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
${body}
<footer>claimgen dev, on this machine only. Nobody is asked for a password here.</footer>
</html>
`.text;
}

/** Of every page: nothing is loaded, no script is run. */
export const PAGE_POLICY: string = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
