import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CATALOG, CONFIG, refusal } from './refusal.ts';

describe('a config is read as the export is, by the rules of js-yaml', () => {
  it('so that merge keys bring in what they name', async () => {
    const project = projectFolder({
      'catalog.json': CATALOG,
      'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders: &orders
    audience: https://orders.acme.example
    globs: ["orders:*"]
  billing:
    <<: *orders
    audience: https://billing.acme.example
    exact: ["invoices:read"]
`,
    });
    const { exitCode, out } = await project.claimgen('build --json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      audiences: [{ permissions: 2 }, { permissions: 3 }],
    });
  });

  it('and words that are numbers to other YAML are strings', async () => {
    const project = projectFolder({
      'catalog.json': '{"permissions": ["yes", "1_000", "0b2", "12:30", "on"], "roles": {"Clerk": ["yes"]}}',
      'claimgen.config.yaml': CONFIG.replace('globs: ["orders:*"]', 'exact: [yes, 1_000, 0b2, 12:30, on]'),
    });
    expect((await project.claimgen('build')).exitCode).toBe(0);
  });

  it('but what no JSON has is refused, as it may have been meant as a string', async () => {
    const values = 'keywords: { A: 2026-11-26, B: [!!binary aGk=, .inf, .nan], C: 2026-11-26T10:00:00Z }\n';
    expect(await refusal({ 'claimgen.config.yaml': CONFIG + values })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:16: keywords.A: YAML reads this as a date
        Put quotes around it if it is meant as a string.
      claimgen.config.yaml:7:32: keywords.B[0]: YAML reads this as binary data
        Put quotes around it if it is meant as a string.
      claimgen.config.yaml:7:47: keywords.B[1]: JSON has no such number
        Put quotes around it if it is meant as a string.
      claimgen.config.yaml:7:53: keywords.B[2]: JSON has no such number
        Put quotes around it if it is meant as a string.
      claimgen.config.yaml:7:63: keywords.C: YAML reads this as a date
        Put quotes around it if it is meant as a string.
      "
    `);
  });
});
