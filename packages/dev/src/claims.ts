// Claims about the user, by the scope that grants them: OpenID Connect Core 1.0, section 5.4.
import type { DevUser } from './dev-tenant.ts';

export const CLAIMS_BY_SCOPE: Readonly<Record<string, string[]>> = {
  openid: ['sub'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** What the scopes let an application know of a user. */
export function claimsOf({ id, profile }: DevUser, scopes: readonly string[]): { readonly sub: string } {
  const names = scopes.flatMap((scope) =>
    Object.hasOwn(CLAIMS_BY_SCOPE, scope) ? (CLAIMS_BY_SCOPE[scope] ?? []) : [],
  );
  const known = names.filter((name) => Object.hasOwn(profile, name));
  return { ...Object.fromEntries(known.map((name) => [name, profile[name]])), sub: id };
}
