import { encodeBody } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { classify } from '../../src/layout/order/classes.ts';
import { orderPermissions } from '../../src/layout/order/order.ts';
import { greedyPath } from '../../src/layout/order/path.ts';
import { modelUsers } from '../../src/layout/order/population.ts';
import { shortenPath } from '../../src/layout/order/shorten.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

it('takes the order with the shortest claims of four: the names’, the path’s as it was shortened, forth and back, and as it was found', () => {
  const tables = fc.integer({ min: 1, max: 60 }).chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 20 }), {
        minLength: 1,
        maxLength: 12,
      }),
    ),
  );
  fc.assert(
    fc.property(tables, ([count, table]) => {
      // Roles that grant nothing are nobody's.
      const roles = table.filter((role) => role.length > 0);
      fc.pre(roles.length > 0);
      const classes = classify(count, roles);
      const found = greedyPath(classes);
      const short = [...found];
      shortenPath(short, classes);
      const names = Array.from({ length: count }, (_, index) => index);
      const orders = [
        names,
        ...[short, short.toReversed(), found].map((path) =>
          path.flatMap((each) => classes.members[each] ?? []),
        ),
      ];
      const users = modelUsers(count, roles, 1);
      const lengthOf = (order: readonly number[]) => {
        const placeOf = new Map(order.map((permission, place) => [permission, place]));
        return users
          .map((held) => encodeBody(held.map((each) => placeOf.get(each) as number).sort()).length)
          .reduce((sum, length) => sum + length, 0);
      };
      const lengths = orders.map(lengthOf);
      const permissions = names.map((index) => `p${String(index).padStart(2, '0')}`);
      expect(orderPermissions(permissions, [[], ...table, []])).toEqual(
        orders[lengths.indexOf(Math.min(...lengths))],
      );
    }),
    { numRuns: Math.max(12, Math.ceil(runs / 8)) },
  );
});
