// Every link between the pages of this repository leads to a file, and to a heading where it names one; so does every page that a message names.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['.', 'docs', 'spec', 'examples', 'packages']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((path) =>
      join(folder, path),
    ),
  )
  .filter(
    (path) =>
      path.endsWith('.md') &&
      !/(?:^|[\\/])(?:node_modules|dist|claimgen|fixtures|packages[\\/]\w+[\\/]docs)[\\/]/.test(path),
  );

const CODE = /^(```|~~~).*?^\1/gms;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(CODE, '').matchAll(/^#+ +(.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What is wrong with the links of a page. */
function brokenLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
    .replace(CODE, '')
    .replace(/`[^`]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, page) : join(root, dirname(page), path);
    if (!existsSync(target)) return [`${page}: ${link}: no such file`];
    if (anchor === undefined || statSync(target).isDirectory()) return [];
    return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? [] : [`${page}: ${link}: no such heading`];
  });
}

it('leads somewhere, in every page', () => {
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap(brokenLinks)).toEqual([]);
});

describe('a page that a message names', () => {
  const sources = readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name, 'src'))
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    )
    .filter((path) => path.endsWith('.ts'));
  /** What the code of a file has of this form, comments left out. */
  const named = (form: RegExp): [string, string][] =>
    sources.flatMap((path) =>
      Array.from(
        readFileSync(join(root, path), 'utf8')
          .replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
          .matchAll(form),
        ([, page = '']): [string, string] => [path, page],
      ),
    );

  it('is where it is installed', () => {
    const pages = named(/([\w@./-]*\bdocs\/[\w/-]+\.md)/g);
    expect(pages.length).toBeGreaterThan(2);
    const installed = /^node_modules\/@claimgen\/(?:generator|verifier)\/(docs\/.+)$/;
    expect(pages.filter(([, page]) => !existsSync(join(root, installed.exec(page)?.[1] ?? 'none')))).toEqual(
      [],
    );
  });

  it('is there', () => {
    const pages = named(/docsPage\('([^']+)'\)/g);
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.filter(([, page]) => !existsSync(join(root, 'docs', page)))).toEqual([]);
  });
});
