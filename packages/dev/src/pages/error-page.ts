// The page of a request that leads nowhere: there is no application that could be told.
import { html, page } from './html.ts';

export function errorPage(error: string, description: string | undefined): string {
  return page(
    'This login can’t go on',
    html`<p><code>${error}</code>: ${description ?? 'no reason is given'}</p>`,
  );
}
