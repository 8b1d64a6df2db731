// The guide "Getting started" as a reader follows it, with packed packages: every file is written, every command is run.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/guide/getting-started.md'), 'utf8');

/** The packages as they would be published, by name. */
function packed(folder: string): ReadonlyMap<string, string> {
  for (const name of ['action-runtime', 'verifier', 'generator'])
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(root, 'packages', name),
    });
  return new Map(
    readdirSync(folder).map((file) => [
      `@claimgen/${file.replace(/^claimgen-|-[\d.]+\.tgz$/g, '')}`,
      join(folder, file),
    ]),
  );
}

it('works as it is written, and ends with an API that answers by permissions', () => {
  const tarballs = mkdtempSync(join(tmpdir(), 'claimgen-packed-'));
  const project = mkdtempSync(join(tmpdir(), 'claimgen-start-'));
  onTestFinished(() => {
    for (const folder of [tarballs, project]) rmSync(folder, { recursive: true });
  });
  const packages = packed(tarballs);
  // Nothing is published: names of ours stand for tarballs, and the runtime that the generator needs comes with it.
  const local = (command: string) =>
    command.replace(/@claimgen\/[\w-]+/g, (name) =>
      name === '@claimgen/generator'
        ? `${packages.get(name)} ${packages.get('@claimgen/action-runtime')}`
        : (packages.get(name) ?? name),
    );
  let printed = '';
  let blocks = 0;
  for (const [, language, file, text = ''] of guide.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```/gms)) {
    blocks += 1;
    if (file !== undefined) writeFileSync(join(project, file), text);
    else if (language === 'sh') {
      const { status, stdout, stderr } = spawnSync('bash', ['-ec', local(text)], {
        cwd: project,
        encoding: 'utf8',
      });
      expect(status, `${text}\n${stdout}\n${stderr}`).toBe(0);
      printed = stdout;
    } else {
      expect(language).toBe('text');
      expect(printed).toContain(text.trim());
    }
  }
  expect(blocks).toBeGreaterThan(9);
  expect(printed).toMatch(/^ok {4}no token of orders passes its budget$/m);
});
