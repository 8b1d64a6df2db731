import { describe, expect, it } from 'vitest';
import type { AudienceReport } from '../../src/report/report.ts';
import { projectFolder } from '../project-folder.ts';

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
    audiences: { orders: { audience: 'https://orders.example', ...audience } },
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

function saves(report: AudienceReport, change: string): number | undefined {
  return report.waysOut.find((way) => way.change === change)?.saves;
}

describe('what would bring a token down', () => {
  const all = { globs: ['orders:*', 'reports:*'], prefixes: ['reports:1', 'zones:'] };

  it('saves what it says once it is done', async () => {
    const names = await reportOf({ ...all, encoding: 'names' });
    const bitset = await reportOf(all);
    expect(saves(names, 'encoding: bitset')).toBe(names.proof.line - bitset.proof.line);
    const short = await reportOf({ ...all, encoding: 'names' }, 'pz');
    expect(saves(names, 'a short claim name, such as pz')).toBe(names.proof.line - short.proof.line);
    const narrower = await reportOf({ ...all, globs: ['reports:*'], encoding: 'names' });
    expect(saves(names, 'without glob "orders:*", which alone selects 200')).toBe(
      names.proof.line - narrower.proof.line,
    );
    const scopes = await reportOf({ ...all, token: { scope: 'all' } });
    const stripped = await reportOf({ ...all, token: { scope: 'all' }, action: { scopes: 'strip' } });
    expect(saves(scopes, 'scopes: strip')).toBe(scopes.proof.line - stripped.proof.line);
  });

  it('is no pattern that selects nothing of its own, and names those that save most first', async () => {
    const { waysOut } = await reportOf({ ...all, encoding: 'names' });
    expect(waysOut.some(({ change }) => change.includes('"reports:1"'))).toBe(false);
    expect(waysOut.map((way) => way.saves)).toEqual(
      waysOut.map((way) => way.saves).toSorted((a, b) => b - a),
    );
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
});
