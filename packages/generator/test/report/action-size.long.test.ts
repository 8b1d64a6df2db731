import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const names = Array.from({ length: 14_000 }, (_, index) => `orders:item${index}`);
/** Enough for tables of dense roles that no Action holds. */
const fewer = names.slice(0, 5_000);

/** Names in no order that compresses, the same on every machine: xorshift (Marsaglia 2003). */
function someOf(list: readonly string[], seed: number, share: number): string[] {
  let state = seed;
  return list.filter(() => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 < share;
  });
}

function denseRoles(list: readonly string[], share: number): object {
  return Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`Role ${index}`, someOf(list, 7919 * (index + 1), share)]),
  );
}

/** What zlib makes of a table differs by its version. */
function withoutSizes({ message, fix }: { readonly message: string; readonly fix: string }): string {
  return `${message}. ${fix}`.replace(/[1-9][\d,]*(?= bytes| over| are| for)|(?<=saves )[\d,]+/g, 'N');
}

async function actionFailures(
  roles: object,
  action: object,
  permissions: readonly string[] = names,
): Promise<{ readonly message: string; readonly fix: string }[]> {
  const folder = projectFolder({
    'catalog.json': JSON.stringify({ permissions, roles }),
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'pz',
      action,
      audiences: {
        orders: { audience: 'https://orders.example', globs: ['orders:*'] },
        billing: { audience: 'https://billing.example', globs: ['orders:*9'] },
      },
    }),
  });
  const { out } = await folder.claimgen('check --json');
  return JSON.parse(out).failures.filter(({ code }: { code: string }) => code === 'action_size');
}

describe('an Action that is larger than Auth0 takes', () => {
  it('names what makes the tables of dense roles smaller', async () => {
    const failures = await actionFailures(denseRoles(fewer, 0.4), {}, fewer);
    expect(failures.map(withoutSizes)).toMatchInlineSnapshot(`
      [
        "the Action claimgen-permissions has N bytes, N over the 100,000 that Auth0 allows; N are for the tables of roles and 0 for names of permissions. To reduce it: a source event alone, which carries names in place of the tables of roles (saves N); the source managementApi alone, which carries names in place of the tables of roles (saves N); an Action for each audience (action.split: audience) (saves N); fewer or smaller roles; narrower patterns (orders selects 5,000 permissions).",
      ]
    `);
    for (const { fix } of failures) expect(fix).not.toContain('source: [roles]');
  });

  it('offers no Actions by audience where there are such already', async () => {
    const failures = await actionFailures(denseRoles(fewer, 0.4), { split: 'audience' }, fewer);
    expect(failures).toHaveLength(1);
    for (const { fix } of failures) {
      expect(fix).not.toContain('action.split');
      expect(fix).toContain('fewer or smaller roles');
    }
  });

  it('names what carries no names where the event is a source', async () => {
    const long = someOf(names, 42, 0.9).map(
      (name, index) => `${name}:${((index * 2654435761) >>> 0).toString(36)}`,
    );
    const failures = await actionFailures({}, { source: [{ event: 'user.app_metadata.permissions' }] }, long);
    expect(failures.map(withoutSizes)).toMatchInlineSnapshot(`
      [
        "the Action claimgen-permissions has N bytes, N over the 100,000 that Auth0 allows; 0 are for the tables of roles and N for names of permissions. To reduce it: source: [roles] alone with encoding: bitset, which carries no names (saves N); an Action for each audience (action.split: audience) (saves N); narrower patterns (orders selects 12,613 permissions).",
      ]
    `);
  });
});
