import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ID_LENGTH, readRecord } from '../../src/changes/record.ts';
import { ChangeTable } from '../../src/changes/table.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 300);
const NOW = 1_790_000_000_000;
const good = {
  v: 1,
  at: NOW,
  sub: 'auth0|1',
  org: 'org_1',
  aud: 'orders',
  of: 'users',
  lost: ['a'],
  gained: ['b'],
  by: 'me',
};

describe('a change record', () => {
  it('is read field by field', () => {
    expect(readRecord(good, 0)).toEqual({
      at: NOW,
      sub: 'auth0|1',
      org: 'org_1',
      aud: 'orders',
      usersOnly: true,
      lost: ['a'],
      gained: ['b'],
      out: false,
      by: 'me',
      widened: false,
    });
    expect(readRecord({ v: 1, at: NOW, out: true }, 0)).toMatchObject({
      out: true,
      lost: [],
      gained: [],
      widened: false,
    });
  });

  it('names everything of its scope where it names nothing', () => {
    expect(readRecord({ v: 1, at: NOW, sub: 'auth0|1' }, 0)).toMatchObject({
      sub: 'auth0|1',
      lost: '*',
      gained: '*',
      out: false,
    });
  });

  it('is about everyone, everything and whole tokens where its version or a field is unknown', () => {
    const everything = {
      sub: undefined,
      org: undefined,
      aud: undefined,
      usersOnly: false,
      lost: '*',
      gained: '*',
      out: true,
      widened: true,
    };
    for (const record of [
      { ...good, v: 2 },
      { ...good, but: 'not' },
      'text',
      7,
      null,
      undefined,
      [],
      [good],
      { ...good, v: '1' },
    ]) {
      expect(readRecord(record, NOW)).toMatchObject(everything);
    }
  });

  it('loses a scope that is unreadable, and keeps the others', () => {
    for (const sub of [7, null, '', {}, 'x'.repeat(MAX_ID_LENGTH + 1)]) {
      expect(readRecord({ ...good, sub }, 0)).toMatchObject({
        sub: undefined,
        org: 'org_1',
        lost: ['a'],
        widened: true,
      });
    }
    expect(readRecord({ ...good, of: 'machines' }, 0)).toMatchObject({ usersOnly: false, widened: true });
  });

  it('takes names that are no array of strings for every name', () => {
    for (const lost of ['a', ['a', 7], {}, null, true]) {
      expect(readRecord({ ...good, lost }, 0)).toMatchObject({
        sub: 'auth0|1',
        lost: '*',
        gained: ['b'],
        widened: true,
      });
    }
  });

  it('gets the time of its arrival where its own is unreadable', () => {
    for (const at of [undefined, '7', null, Number.NaN, Number.POSITIVE_INFINITY, {}]) {
      expect(readRecord({ ...good, at }, NOW + 5)).toMatchObject({
        at: NOW + 5,
        sub: 'auth0|1',
        widened: true,
      });
    }
  });

  it('keeps the time of its first arrival when it comes again, as with each snapshot', () => {
    // JSON can spell numbers that are infinite.
    for (const at of ['null', '"7"', '1e400', '-1e400']) {
      const table = new ChangeTable({ audience: 'orders', names: new Set(['a']) });
      const record: unknown = JSON.parse(`{"v":1,"at":${at},"lost":["a"]}`);
      for (const unknownAt of [NOW, NOW + 60_000]) table.apply([record], unknownAt);
      const [everyone] = table.evidence({ sub: 'auth0|1', org: undefined, machine: false });
      expect([at, everyone?.latest]).toEqual([at, NOW]);
    }
  });

  it('never says less for a field that is replaced by anything', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(good), '__proto__', 'constructor', 'x'),
        fc.jsonValue(),
        (field, value) => {
          const spoilt: Record<string, unknown> = JSON.parse(JSON.stringify(good));
          Object.defineProperty(spoilt, field, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
          const read = readRecord(spoilt, NOW);
          const whole = readRecord(good, NOW);
          if (!read.widened) return;
          for (const scope of ['sub', 'org', 'aud'] as const)
            expect([undefined, whole[scope]]).toContain(read[scope]);
          expect(!read.usersOnly || whole.usersOnly).toBe(true);
          for (const names of ['lost', 'gained'] as const)
            expect(['*', ...whole[names]]).toEqual(expect.arrayContaining([...read[names]]));
          for (const names of ['lost', 'gained'] as const) {
            if (field === names) expect(read[names]).toBe('*');
            else if (read[names] !== '*') expect(read[names]).toEqual(whole[names]);
          }
        },
      ),
      { numRuns: runs },
    );
  });

  it('F13: never fails, and never takes anything from a prototype', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        const { at } = readRecord(value, NOW);
        expect(Number.isFinite(at)).toBe(true);
      }),
      { numRuns: runs },
    );
    expect(readRecord(JSON.parse('{"__proto__": {"v": 1, "at": 5, "sub": "a"}}'), NOW)).toMatchObject({
      at: NOW,
      sub: undefined,
      out: true,
    });
    expect(readRecord(Object.create(good), NOW)).toMatchObject({ at: NOW, sub: undefined, out: true });
  });
});
