import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { afterAll, expect, test } from 'vitest';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';
import { hostileTexts as everyText } from './names.ts';

// Exports with keywords that nothing replaces are refused.
const hostileTexts = everyText.filter((text) => !/##\w+##|@@\w+@@/.test(text));

type Node = DefaultTreeAdapterTypes.Node;

/** Elements in document order with the names of their attributes, and all text. */
function structureOf(html: string): { readonly elements: string[]; readonly text: string } {
  const elements: string[] = [];
  let text = '';
  const walk = (node: Node): void => {
    if (node.nodeName === '#text') text += (node as DefaultTreeAdapterTypes.TextNode).value;
    else if ('tagName' in node) {
      elements.push([node.tagName, ...node.attrs.map(({ name }) => name)].join(' '));
    } else if (node.nodeName === '#comment') elements.push('comment');
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(parse(html));
  return { elements, text };
}

/** A build whose every name is `text(k)` of a counter: wherever a name stands in a report. */
async function built(text: (number: number) => string, count: number): Promise<ProjectFolder> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const permission = (number: number): string => text(number).replaceAll(/\s/gu, '_').slice(0, 270) + number;
  const files = {
    'claimgen.config.json': JSON.stringify({
      catalog: 'tenant',
      claim: 'unused',
      action: { name: 'p' },
      token: { sample: 'sample.json' },
      audiences: Object.fromEntries(
        numbers.map((number) => [
          `a${number}`,
          {
            audience: `${text(number)} ${number}`,
            claim: `${text(number)} ${number}`,
            globs: ['*'],
            exact: [permission(number)],
          },
        ]),
      ),
    }),
    'sample.json': JSON.stringify(
      Object.fromEntries(numbers.map((number) => [`${text(number)} s${number}`, 1])),
    ),
    ...Object.fromEntries(
      numbers.map((number) => [
        `tenant/resource-servers/${number}.json`,
        // What the lints and notes of a report can repeat.
        JSON.stringify({
          name: text(number),
          identifier: `${text(number)} ${number}`,
          enforce_policies: false,
          scopes: [{ value: permission(number) }],
        }),
      ]),
    ),
    'tenant/roles/0.json': JSON.stringify({
      name: text(0),
      permissions: numbers.flatMap((number) =>
        [permission(number), `${text(number)} gone`].map((permission_name) => ({
          permission_name,
          resource_server_identifier: `${text(number)} ${number}`,
        })),
      ),
    }),
  };
  const project = projectFolder(files, afterAll);
  const result = await project.claimgen('build --allow-over-budget');
  expect([result.exitCode, result.error]).toEqual([0, '']);
  return project;
}

/** Each of these builds has an audience for every text, and several tests look at one and the same. */
const hostile = await built((number) => hostileTexts[number] as string, hostileTexts.length);

test('no name becomes an element of a report, in HTML or in Markdown', async () => {
  const plain = await built((number) => `plain${number}`, hostileTexts.length);
  const fromPage = (project: ProjectFolder) => project.read('claimgen/report.html');
  for (const toHtml of [
    fromPage,
    (project: ProjectFolder) => marked.parse(project.read('claimgen/report.md'), { async: false, gfm: true }),
  ]) {
    const { elements, text } = structureOf(toHtml(hostile));
    // In the sentences of report.md, words that Markdown could read become code spans.
    const structure = (all: readonly string[]) =>
      toHtml === fromPage ? all : all.filter((element) => element !== 'code');
    expect(structure(elements)).toEqual(structure(structureOf(toHtml(plain)).elements));
    // The page has its data and its script; that they are the same for plain names is said above.
    const scripts = elements.filter((element) => element.startsWith('script'));
    expect(scripts.length).toBe(toHtml === fromPage ? 2 : 0);
    expect(elements).not.toContain('comment');
    for (const name of hostileTexts.filter((candidate) => !/[\p{C}\p{Z}\s]|[xX😀]{100}/u.test(candidate))) {
      expect(text).toContain(name);
    }
  }
});

test('what would hide or reorder its neighbours is written as an escape', async () => {
  // The replacement character would tell of a text that UTF-8 can't hold.
  const texts = hostileTexts.filter((text) => text !== '\ufffd');
  const project = await built((number) => texts[number] as string, texts.length);
  for (const file of ['report.md', 'report.html', 'report.json']) {
    expect(project.read(`claimgen/${file}`)).not.toMatch(/(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\ufffd]/u);
  }
});

test('the report for programs holds every name as it is', async () => {
  const report = JSON.parse(hostile.read('claimgen/report.json'));
  const claims = report.audiences.map(({ claim }: { claim: string }) => claim);
  expect(claims).toEqual(hostileTexts.map((text, number) => `${text} ${number}`));
});

test('no name reaches the terminal as more than text', async () => {
  for (const command of ['build --allow-over-budget', 'check', 'simulate --audience a0', 'explain nothing']) {
    const { out, error } = await hostile.claimgen(command);
    expect(out + error).not.toMatch(/(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}]/u);
  }
});
