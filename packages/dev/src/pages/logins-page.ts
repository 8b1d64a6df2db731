// The page of the last logins: what the Action was given, what it made of it, and what a verifier reads in that.
import type { LoginRecord } from '../logins.ts';
import { type Html, html, page } from './html.ts';

export function loginsPage(issuer: string, records: readonly LoginRecord[]): string {
  return page(
    'Logins',
    html`<p>Issuer: <code>${issuer}</code></p>
${records.length === 0 ? html`<p>Nobody has logged in yet.</p>` : records.map(entry)}`,
  );
}

function entry({ at, login }: LoginRecord): Html {
  const { request, outcome, reason, event, scope, claim, permissions, refused, log, unknown } = login;
  const summary = [
    new Date(at).toISOString(),
    request.userId,
    request.audience ?? 'no API',
    request.flow,
    outcome,
    ...(permissions === null ? [] : [`permissions: ${permissions.length}`]),
  ].join(' · ');
  return html`<details>
<summary>${summary}</summary>
${reason === undefined ? [] : html`<p role="alert">${reason}</p>`}
${refused === undefined ? [] : html`<p role="alert">A verifier refuses the claim: ${refused}</p>`}
${unknown.map((what) => html`<p role="alert">${what}</p>`)}
<h2>Permissions</h2>
${list(permissions ?? [], 'none')}
<h2>Claim</h2>
<pre>${claim === undefined ? 'none' : JSON.stringify(claim, null, 2)}</pre>
<h2>Scope</h2>
<pre>${scope.length === 0 ? 'none' : scope.join(' ')}</pre>
<h2>Log</h2>
${list(log, 'nothing')}
<h2>Event</h2>
<pre>${JSON.stringify(withoutSecrets(event), null, 2)}</pre>
</details>
`;
}

function list(items: readonly string[], none: string): Html {
  return items.length === 0
    ? html`<p>${none}</p>`
    : html`<ul>${items.map((item) => html`<li><code>${item}</code></li>`)}</ul>`;
}

/** The event without the values of the Action's secrets. */
export function withoutSecrets(event: object): object {
  const { secrets = {} } = event as { readonly secrets?: object };
  return { ...event, secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, '…'])) };
}
