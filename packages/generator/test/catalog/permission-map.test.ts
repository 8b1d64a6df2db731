import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Permission, permissionKey } from '../../src/catalog/catalog.ts';
import { PermissionMap } from '../../src/catalog/permission-map.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 300);
// Names and audiences that run into each other where a key is put together carelessly.
const word = fc.constantFrom('', 'a', 'aa', ':a', '1:a', '2:aa', ':', 'a:', '1');
const permission: fc.Arbitrary<Permission> = fc.oneof(
  fc.record({ name: word }),
  fc.record({ name: word, audience: word }),
);

it('tells permissions of one name apart by their API, as their keys do', () => {
  fc.assert(
    fc.property(fc.array(permission), fc.array(permission), (known, wanted) => {
      const map = new PermissionMap<number>();
      const expected = new Map<string, number>();
      known.forEach((each, index) => {
        map.set(each, index);
        // JSON says what it is without doubt.
        expected.set(JSON.stringify([each.audience ?? null, each.name]), index);
      });
      const keyed = new Map(known.map((each, index) => [permissionKey(each), index]));
      for (const each of wanted) {
        const found = expected.get(JSON.stringify([each.audience ?? null, each.name]));
        expect(map.get(each)).toBe(found);
        expect(keyed.get(permissionKey(each))).toBe(found);
      }
      expect(map.valuesOf(wanted)).toEqual(wanted.flatMap((each) => map.get(each) ?? []));
      expect([...map.values()].sort()).toEqual([...expected.values()].sort());
    }),
    { numRuns },
  );
});
