// By which scheme a token comes.
import { own } from '../own-property.ts';
import type { Scheme } from './sender-request.ts';

/** The scheme by which a verified token came: one that is bound to a key came by no other. */
export function schemeOf(claims: { readonly [name: string]: unknown }): Scheme {
  return own(Object(own(claims, 'cnf') ?? {}), 'jkt') === undefined ? 'Bearer' : 'DPoP';
}
