import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportAudience } from '../../src/budget/audience-report.ts';
import type { AudienceReport } from '../../src/budget/audience-sizes.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { growLayout } from '../../src/layout/layout.ts';
import { select } from '../../src/selection/select.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';
import { projectFolder } from '../project-folder.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

const list = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}:${index}`);

const CATALOG = JSON.stringify({
  permissions: [...list('orders', 200), ...list('reports', 300), ...list('zones', 100)],
  roles: {},
});

function configOf(audience: object, claim = 'https://acme.example/permissions'): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim,
    audiences: { orders: { audience: 'https://orders.example', allowNobody: true, ...audience } },
  });
}

async function reportOf(audience: object, claim?: string): Promise<AudienceReport> {
  const folder = projectFolder({
    'catalog.json': CATALOG,
    'claimgen.config.json': configOf(audience, claim),
  });
  const { out } = await folder.claimgen('build --json --allow-over-budget');
  return JSON.parse(out).audiences[0];
}

/** The report on one audience whose layout has more places than its permissions. */
function reportIn(many: number, gone: number, raw: object): AudienceReport {
  const config = { catalog: 'catalog.json', claim: 'pz', ...raw };
  const [audience] = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config))).audiences;
  if (audience === undefined) throw new Error('no audience');
  const permissions = list('x', many).map((name) => ({ name }));
  const catalog: Catalog = { permissions, roles: [], apis: [], notes: [] };
  const selection = select(audience, new Map([['', catalog]]));
  const old = growLayout(audience.name, undefined, list('gone', gone), (names) => names);
  const order = (names: readonly string[]) => names;
  const plan = {
    audience,
    environment: '',
    identifier: audience.identifiers.get('') as string,
    catalog,
    layout: growLayout(audience.name, old, selection.names, order),
    selection,
    selected: selection.byEnvironment.get('') ?? new Map(),
    order,
    sample: {},
  };
  return reportAudience(plan, undefined);
}

function saves(report: AudienceReport, change: string): number | undefined {
  return report.savings.find((way) => way.change === change)?.saves;
}

describe('what would bring a token down', () => {
  const all = { globs: ['orders:*', 'reports:*'], prefixes: ['reports:1', 'zones:'] };

  it('saves what it says once it is done', async () => {
    const names = await reportOf({ ...all, encoding: 'names' });
    const bitset = await reportOf(all);
    expect(saves(names, 'encoding: bitset')).toBe(names.proof.line - bitset.proof.line);
    const short = await reportOf({ ...all, encoding: 'names' }, 'pz');
    expect(saves(names, 'before the first deployment, a short claim name, such as pz')).toBe(
      names.proof.line - short.proof.line,
    );
    const narrower = await reportOf({ ...all, globs: ['reports:*'], encoding: 'names' });
    expect(saves(names, 'without glob "orders:*", which alone selects 200')).toBe(
      names.proof.line - narrower.proof.line,
    );
    const scopes = await reportOf({ ...all, token: { scope: 'all' } });
    const stripped = await reportOf({ ...all, token: { scope: 'all' }, action: { scopes: 'strip' } });
    expect(saves(scopes, 'scopes: strip')).toBe(scopes.proof.line - stripped.proof.line);
  });

  it('is no pattern that selects nothing of its own, and names those that save most first', async () => {
    const { savings } = await reportOf({ ...all, encoding: 'names' });
    expect(savings.some(({ change }) => change.includes('"reports:1"'))).toBe(false);
    expect(savings.at(-1)?.change).toMatch(/^select fewer permissions: /);
    const sizes = savings.slice(0, -1).map((way) => way.saves);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('tells places that are free at once from those that a rebase frees', async () => {
    const folder = projectFolder({ 'catalog.json': CATALOG, 'claimgen.config.json': configOf(all) });
    const before: AudienceReport = JSON.parse((await folder.claimgen('build --json')).out).audiences[0];
    const title = 'without glob "orders:*", which alone selects 200';
    expect(saves(before, title)).toBeUndefined();
    folder.write({ 'claimgen.config.json': configOf({ ...all, globs: ['reports:*'] }) });
    for (const step of ['build', 'rebase', 'rebase --activate', 'build']) await folder.claimgen(step);
    const after: AudienceReport = JSON.parse((await folder.claimgen('build --json')).out).audiences[0];
    expect(saves(before, `${title}, then claimgen rebase`)).toBe(before.proof.line - after.proof.line);
  });

  it('is to switch the stock claim off where the tenant has it on', async () => {
    const tenant = (token_dialect: string) => ({
      'tenant/resource-servers/orders.json': JSON.stringify({
        name: 'Orders',
        identifier: 'https://orders.example',
        enforce_policies: true,
        token_dialect,
        scopes: list('orders', 700).map((value) => ({ value })),
      }),
      'claimgen.config.json': JSON.stringify({
        catalog: 'tenant',
        claim: 'pz',
        token: { profile: token_dialect.startsWith('rfc9068') ? 'rfc9068' : 'auth0' },
        audiences: { orders: { audience: 'https://orders.example', globs: ['*'], allowNobody: true } },
      }),
    });
    const built = async (dialect: string): Promise<AudienceReport> => {
      const { out } = await projectFolder(tenant(dialect)).claimgen('build --json --allow-over-budget');
      return JSON.parse(out).audiences[0];
    };
    for (const dialect of ['access_token', 'rfc9068_profile']) {
      const [on, off] = [await built(`${dialect}_authz`), await built(dialect)];
      expect(on.savings[0]).toEqual({
        change: `set token_dialect to ${dialect}`,
        saves: on.proof.line - off.proof.line,
      });
      expect(off.savings.some(({ change }) => change.includes('token_dialect'))).toBe(false);
    }
  });

  it('names how many permissions fit, which is exact, though one glob selects all', async () => {
    const names = list('x', 4_000);
    const built = async (many: number, more: object) => {
      const folder = projectFolder({
        'catalog.json': JSON.stringify({ permissions: names.toReversed().slice(0, many), roles: {} }),
        'claimgen.config.json': JSON.stringify({
          catalog: 'catalog.json',
          claim: 'pz',
          token: { scope: 'openid' },
          budget: { bytes: 1_300 },
          audiences: {
            orders: { audience: 'https://orders.example', globs: ['*'], allowNobody: true, ...more },
          },
        }),
      });
      const { out } = await folder.claimgen('build --json');
      const { audiences, failures } = JSON.parse(out);
      return { report: audiences[0] as AudienceReport, failures: failures as { fix: string }[] };
    };
    for (const more of [{}, { encoding: 'names' }]) {
      const { report, failures } = await built(4_000, more);
      const last = report.savings.at(-1);
      const fit = Number(
        /^select fewer permissions: at most ([\d,]+) fit/.exec(last?.change ?? '')?.[1]?.replace(',', ''),
      );
      expect(failures[0]?.fix).toContain(last?.change);
      // The catalog begins with names of the longest kind.
      const atMost = (await built(fit, more)).report;
      expect(atMost.over).toBe(0);
      expect(last?.saves).toBe(report.proof.line - atMost.proof.line);
      expect((await built(fit + 1, more)).report.over).toBeGreaterThan(0);
    }
  });

  it('is no pattern that most of the API comes by, and no rebase for a few bytes', async () => {
    const { savings } = await reportOf({ prefixes: ['orders:'], exact: ['reports:1', 'reports:2'] });
    expect(savings.map(({ change }) => change).filter((change) => /prefix|rebase/.test(change))).toEqual([]);
    const folder = projectFolder({
      'catalog.json': CATALOG,
      'claimgen.config.json': configOf({ exact: ['orders:1'], prefixes: ['zones:'] }),
    });
    await folder.claimgen('build');
    folder.write({
      'claimgen.config.json': configOf({ exact: ['orders:1', 'orders:2'], prefixes: ['zones:'] }),
    });
    expect((await folder.claimgen('build --why')).out).not.toMatch(/claimgen rebase/);
  });

  it('says what the line has even with one permission, where no selection fits', async () => {
    const folder = projectFolder({
      'catalog.json': CATALOG,
      'claimgen.config.json': configOf({ ...all, budget: { bytes: 900 } }),
    });
    const built = await folder.claimgen('build --why');
    const least = JSON.parse((await folder.claimgen('build --json')).out).audiences[0].least as number;
    const plain = built.out.replace(/\s+/g, ' ');
    expect(plain).toContain(
      `Even with one permission the line has ${least.toLocaleString('en-US')} bytes: do several of these, or raise the budget.`,
    );
    expect(plain).toContain(
      `orders: even with one permission the line has ${least.toLocaleString('en-US')} bytes`,
    );
    expect(plain).not.toContain('a budget of at least');
    folder.write({ 'claimgen.config.json': configOf({ exact: ['orders:199'], budget: { bytes: 8192 } }) });
    const one = JSON.parse((await folder.claimgen('build --json')).out).audiences[0];
    expect(one.proof.line).toBe(least);
    expect(one.least).toBeUndefined();
  });

  it('is never nothing where the budget fails', () => {
    fc.assert(
      fc.property(
        fc.record({
          many: fc.integer({ min: 1, max: 600 }),
          gone: fc.integer({ min: 1, max: 600 }),
          bytes: fc.integer({ min: 256, max: 1_500 }),
          encoding: fc.constantFrom('bitset', 'names'),
          onOverflow: fc.constantFrom(undefined, 'deny', 'omit', 'marker'),
          scopes: fc.constantFrom('keep', 'strip'),
          scope: fc.constantFrom('openid', 'all'),
        }),
        ({ many, gone, bytes, encoding, onOverflow, scopes, scope }) => {
          const report = reportIn(many, gone, {
            token: { scope },
            action: { scopes, ...(encoding === 'names' ? { onOverflow } : {}) },
            budget: { bytes },
            audiences: { orders: { audience: 'https://orders.example', globs: ['*'], encoding } },
          });
          expect(report.over === 0 || report.savings.length > 0 || report.least !== undefined).toBe(true);
          // A budget brings no token down, and the line with one permission is said where that is too long, too.
          expect(report.savings.some(({ change }) => change.includes('budget'))).toBe(false);
          if (report.least === undefined) return;
          expect(report.least).toBeGreaterThan(bytes);
          // With onOverflow the Action lets no such list pass.
          if (onOverflow === undefined) expect(report.least).toBeLessThanOrEqual(report.proof.line);
          expect(report.savings.every(({ saves }) => saves >= 0)).toBe(true);
        },
      ),
      { numRuns: runs },
    );
  });
});
