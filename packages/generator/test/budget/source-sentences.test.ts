// What is said of an audience's sources: what they leave out, what a failure means, and what a login to an organization gets.
import { describe, expect, it } from 'vitest';
import { grantRuleNotes } from '../../src/budget/grant-rule-notes.ts';
import { organizationLogins } from '../../src/budget/organization-logins.ts';
import { sourceNotes } from '../../src/budget/source-notes.ts';
import type { Permission } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

function audienceOf(settings: object) {
  const config = {
    catalog: 'catalog.json',
    claim: 'pz',
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'], ...settings } },
  };
  const { audiences } = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config)));
  return audiences[0] as (typeof audiences)[number];
}

const sources = (...source: readonly unknown[]) => audienceOf({ action: { source } });
const list = (more: object = {}) => ({ event: 'user.app_metadata.permissions', ...more });

const table =
  'The role table is as old as the deployed Action: what a role has gained in the tenant since is denied, and what it has lost is granted, until you build and deploy again.';
const noDirect = 'Permissions assigned to users directly are not in the token: the source is roles alone.';
const groups = 'Roles held through groups count as far as Auth0 lists them in event.authorization.roles.';
const failing = 'When user.app_metadata.permissions is not an array of strings,';

describe('the notes on sources', () => {
  it.each<[string, readonly unknown[], readonly string[]]>([
    ['roles', ['roles'], [table, noDirect, groups]],
    ['a list', [list()], [`${failing} the login is denied.`]],
    ['a list that may be missing', [list({ onError: 'omit' })], [`${failing} the token grants nothing.`]],
    [
      'a list that may be missing at a refresh',
      [list({ onErrorRefresh: 'omit' })],
      [`${failing} the login is denied, and where a refresh token is exchanged the token grants nothing.`],
    ],
    [
      'a list that is left out',
      [list({ onError: 'continue' })],
      [`${failing} the token has a claim without permissions.`],
    ],
    [
      'a list that is left out, with roles',
      ['roles', list({ onError: 'continue' })],
      [table, groups, `${failing} the token has the permissions of the other sources alone.`],
    ],
  ])('say of %s what it leaves out and what its failure means', (_, source, notes) => {
    expect(sourceNotes(sources(...source), [5])).toEqual(notes);
  });
});

describe('a login to an organization', () => {
  it.each<[string, readonly unknown[], string]>([
    [
      'roles',
      ['roles'],
      "At a login to an organization, roles counts those of the member's roles that are the tenant's: the Action asks Auth0 (api.roles), and where it does not answer, the login is denied.",
    ],
    [
      'roles by name',
      [{ roles: {}, organizations: 'trust-names' }],
      "At a login to an organization, roles counts the member's roles by their names, and an Organization Role grants what the tenant's role of its name does (organizations: trust-names).",
    ],
    [
      'a list',
      [list()],
      'At a login to an organization, user.app_metadata.permissions is refused, and the login is denied.',
    ],
    [
      'a list of the whole tenant',
      [list({ organizations: 'tenant-wide' })],
      'At a login to an organization, user.app_metadata.permissions counts as at any other (organizations: tenant-wide).',
    ],
    [
      'roles and a list',
      ['roles', list({ onError: 'continue' })],
      "At a login to an organization, roles counts those of the member's roles that are the tenant's: the Action asks Auth0 (api.roles), and where it does not answer, the login is denied; user.app_metadata.permissions is refused, and the token has the permissions of the other sources alone.",
    ],
    [
      'a list that may be missing, by itself',
      [list({ onError: 'continue' })],
      'At a login to an organization, user.app_metadata.permissions is refused, and the token has a claim without permissions.',
    ],
  ])('gets of %s what the sources say, source by source', (_, source, sentence) => {
    expect(organizationLogins(sources(...source))).toBe(sentence);
  });
});

describe('the notes on grant and clients', () => {
  const own: Permission = { name: 'a', audience: 'https://orders.example' };
  const plain: Permission = { name: 'b' };
  const other: Permission = { name: 'c', audience: 'https://other.example' };
  const selected = (...permissions: readonly Permission[]) =>
    new Map(permissions.map((permission) => [permission.name, permission]));

  const requests = [
    'The claim carries permissions that the client requests as scopes, and no others. Whether the client may have them is not asked: Auth0 decides that after Actions, and only for scope.',
    'Where a refresh token is exchanged, the event says what was requested on Enterprise plans only (event.refresh_token); elsewhere such tokens have a claim without permissions.',
  ];

  it('are none by default', () => {
    expect(grantRuleNotes(audienceOf({}), '', selected(own, other))).toEqual([]);
  });

  it('say which clients get permissions', () => {
    const audience = audienceOf({ clients: { only: ['abc', 'd'] } });
    expect(grantRuleNotes(audience, '', selected(own))).toEqual([
      'Tokens carry permissions for the clients abc, d; those of other clients have a claim without any.',
    ]);
    expect(grantRuleNotes(audience, 'other', selected(own))).toEqual([]);
  });

  it('say what a request means, and of how many permissions nobody is asked', () => {
    const audience = audienceOf({ grant: 'requested' });
    expect(grantRuleNotes(audience, '', selected(own, plain))).toEqual(requests);
    expect(grantRuleNotes(audience, '', selected(own, plain, other))).toEqual([
      ...requests,
      '1 permission is taken from other APIs: clients request it under its prefix, and Auth0 asks no user to consent to it, as it is not a scope of this API.',
    ]);
    const many = Array.from({ length: 1200 }, (_, index) => ({ ...other, name: `c${index}` }));
    expect(grantRuleNotes(audience, '', selected(own, ...many)).at(-1)).toBe(
      '1,200 permissions are taken from other APIs: clients request them under their prefix, and Auth0 asks no user to consent to them, as they are not scopes of this API.',
    );
  });
});
