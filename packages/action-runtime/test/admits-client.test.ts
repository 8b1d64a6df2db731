import { describe, expect, it } from 'vitest';
import { admitsClient } from '../src/admits-client.ts';
import type { PostLoginEvent } from '../src/post-login.ts';
import type { ClientRule } from '../src/tables.ts';

const only: ClientRule = { only: ['web', 'app'] };
const except: ClientRule = { except: ['partner'] };

describe('a rule for clients', () => {
  it.each([
    [only, 'web', true],
    [only, 'app', true],
    [only, 'partner', false],
    [only, 'we', false],
    [except, 'web', true],
    [except, 'partner2', true],
    [except, 'partner', false],
    [{ except: [] }, 'partner', true],
  ])('%j decides on the client %s: %s', (rule, client_id, expected) => {
    expect(admitsClient(rule, { client: { client_id } })).toBe(expected);
  });

  it.each<[string, object]>([
    ['no client', {}],
    ['null for a client', { client: null }],
    ['a client without an id', { client: {} }],
    ['an empty id', { client: { client_id: '' } }],
    ['an id that is no string', { client: { client_id: ['web'] } }],
  ])('admits nobody where the event has %s', (_title, event) => {
    for (const rule of [only, except, { only: [''] }, { except: [] }]) {
      expect(admitsClient(rule, event as PostLoginEvent)).toBe(false);
    }
  });
});
