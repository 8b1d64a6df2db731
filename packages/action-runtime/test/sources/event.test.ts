import { describe, expect, it } from 'vitest';
import { placesOf } from '../../src/held-places.ts';
import type { PostLoginEvent } from '../../src/post-login.ts';
import { SourceFailure } from '../../src/source-failure.ts';
import { readEvent } from '../../src/sources/event.ts';
import { loginOf } from '../recorded-login.ts';

const PATH = ['user', 'app_metadata', 'permissions'];

function placesAt(event: object, path: readonly string[] = PATH): number[] {
  const held = new Uint8Array(6);
  const source = {
    kind: 'event',
    path,
    organizations: 'refuse',
    onError: 'deny',
    onErrorRefresh: 'deny',
  } as const;
  readEvent(source, loginOf(event as PostLoginEvent), held);
  return placesOf(held);
}

describe('a list of names in the event', () => {
  it('gives the places of the names that the layout knows', () => {
    const permissions = ['audit', 'read', 'read', 'unheard-of', '', '__proto__'];
    expect(placesAt({ user: { app_metadata: { permissions } } })).toEqual([0, 3]);
  });

  it.each([
    ['at its end', { user: { app_metadata: {} } }],
    ['as null', { user: { app_metadata: { permissions: null } } }],
    ['in an object that is null', { user: { app_metadata: null } }],
    ['in an object that is absent', { user: {} }],
    ['from its first key on', {}],
  ])('that is absent %s gives nothing', (_title, event) => {
    expect(placesAt(event)).toEqual([]);
  });

  it('is not looked for in a prototype', () => {
    const inherited = Object.create({ permissions: ['read'] });
    expect(placesAt({ user: { app_metadata: inherited } })).toEqual([]);
    expect(placesAt({ user: {} }, ['user', 'constructor', 'name'])).toEqual([]);
  });

  it.each([
    ['a string', { permissions: 'read' }],
    ['an object', { permissions: { 0: 'read', length: 1 } }],
    ['a number', { permissions: 7 }],
    ['false', { permissions: false }],
    ['an array with something else in it', { permissions: ['read', null] }],
    ['an array of arrays', { permissions: [['read']] }],
    ['in a string', 'permissions'],
    ['in an array', Object.assign([], { permissions: ['read'] })],
    ['in a function', Object.assign(() => undefined, { permissions: ['read'] })],
  ])('that is %s is a failure', (_title, appMetadata) => {
    expect(() => placesAt({ user: { app_metadata: appMetadata } })).toThrow(
      new SourceFailure('not a list of strings'),
    );
  });
});
