// The page at which a user is picked.
import type { DevUser } from '../dev-tenant.ts';
import { type Html, html, page } from './html.ts';

export interface PickUser {
  /** Where the choice is sent. */
  readonly action: string;
  readonly client: string;
  /** The API's identifier, where one is requested. */
  readonly audience?: string | undefined;
  readonly users: readonly DevUser[];
  /** Why the page is shown although a user was named. */
  readonly note?: string | undefined;
}

export function pickUserPage({ action, client, audience, users, note }: PickUser): string {
  return page(
    'Log in as',
    html`<p>${client} wants to log somebody in${audience === undefined ? '' : ` for ${audience}`}.</p>
${note === undefined ? [] : html`<p role="alert">${note}</p>`}
<form method="post" action="${action}">
${users.map(button)}
</form>
${users.length > 0 || note !== undefined ? [] : html`<p>No user of the fixtures can log in here. Add one to the fixtures.</p>`}`,
  );
}

function button({ id, roles, organization }: DevUser): Html {
  const lines = [
    roles === null || roles.length === 0 ? 'no roles' : roles.join(', '),
    ...(organization === undefined ? [] : [`in the organization ${organization.name ?? organization.id}`]),
  ];
  return html`<button name="user" value="${id}">${id}<small>${lines.join('; ')}</small></button>
`;
}
