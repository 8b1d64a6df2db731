import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { canBecome, Placeholders, unresolvedKeyword } from '../../src/catalog/placeholders.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

const name = fc.stringMatching(/^[\w.\-,:\]{}ÄÖ€💶\ue000-\ue010]([\w .,:[\]{}&*!|>%-]{0,8}[\w.-])?$/u);
const keyword = fc.oneof(
  name.map((found) => `##${found}##`),
  name.map((found) => `@@${found}@@`),
);

describe('a keyword that nothing replaces', () => {
  it.each([
    ['##KEY##', '##KEY##'],
    ['https://##api-host##/orders', '##api-host##'],
    ['a @@b.c@@ d ##E##', '@@b.c@@'],
    ['##API HOST##', '##API HOST##'],
    ['##A####B##', '##A##'],
    ['## heading ##', undefined],
    ['##########', undefined],
    ['a@@b', undefined],
    ['#a# @b@', undefined],
  ])('is found in %s', (text, found) => {
    expect(unresolvedKeyword(text)).toBe(found);
  });

  it.each([
    ['##A##', 'https://orders.example', true],
    ['https://##A##', 'https://orders.example', true],
    ['https://##A##/api/v2/', 'https://orders.example', false],
    ['https://@@A@@.example##B##', 'https://orders.example', true],
    ['##A##orders##B##', 'https://orders.example', true],
    ['##A##orders##B##orders##C##', 'https://orders.example', false],
    ['https://orders.example', 'https://orders.example', true],
    ['https://orders.exampl', 'https://orders.example', false],
    ['aa##X##aa', 'aaa', false],
  ])('may make %s come to be %s: %s', (text, wanted, can) => {
    expect(canBecome(text, wanted)).toBe(can);
  });

  it('is a value of its own in JSON, of the same length, and comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(keyword, { minLength: 1 }), (keywords) => {
        const text = `{"quoted": "${keywords[0]}", "bare": [${keywords.join(', ')}]}`;
        const placeholders = new Placeholders(text);
        const marked = placeholders.markJson();
        expect(marked.text).toHaveLength(text.length);
        const { quoted, bare } = JSON.parse(marked.text) as { quoted: string; bare: string[] };
        expect(placeholders.restore(quoted)).toBe(keywords[0]);
        expect(bare.map((found) => placeholders.restore(found))).toEqual(keywords);
      }),
      { numRuns },
    );
  });

  it('is a value of its own in YAML, wherever one may be', () => {
    fc.assert(
      fc.property(keyword, keyword, (one, other) => {
        const text = `a: ${one}\nb:\n  - ${one}\n  - ${other}\n  - x: ${other}\n    y: [1, ${one}, {z: ${other}}]\nc: "${one}"\nd: 'x${other}'\n`;
        const placeholders = new Placeholders(text);
        const marked = placeholders.markYaml();
        expect(marked.text).toHaveLength(text.length);
        expect(marked.comments).toEqual([]);
        expect(restored(load(marked.text), placeholders)).toEqual({
          a: one,
          b: [one, other, { x: other, y: [1, one, { z: other }] }],
          c: one,
          d: `x${other}`,
        });
      }),
      { numRuns },
    );
  });

  it('leaves comments of YAML what they are, and lists those that could be values', () => {
    const text = [
      '## Resource servers ##',
      '##------##',
      'scopes: ##LIST##',
      '  - value: a # ##OLD##',
      '  - ##ITEM##',
      '    value: b',
      '##MORE##',
      'roles: "x" ##AFTER##',
      'code: |',
      '  ##INSIDE##',
      'flow: [a] ##FLOW##',
    ].join('\n');
    const { text: marked, comments } = new Placeholders(text).markYaml();
    expect(marked).toBe(text);
    expect(comments.map(({ keyword: found, ownLine }) => [found, ownLine])).toEqual([
      ['##LIST##', false],
      ['##ITEM##', false],
      ['##MORE##', true],
      ['##AFTER##', false],
      ['##INSIDE##', true],
      ['##FLOW##', false],
    ]);
  });

  it('is told from characters for private use that a file has itself', () => {
    const icons = Array.from({ length: 0x1800 }, (_, index) => String.fromCharCode(0xe000 + index)).join('');
    const text = JSON.stringify({ icons, keyword: '##KEY##' });
    const placeholders = new Placeholders(text);
    const value = JSON.parse(placeholders.markJson().text) as { icons: string; keyword: string };
    expect(placeholders.restore(value.icons)).toBe(icons);
    expect(placeholders.restore(value.keyword)).toBe('##KEY##');
  });
});

function restored(value: unknown, placeholders: Placeholders): unknown {
  return JSON.parse(JSON.stringify(value), (_, one: unknown) =>
    typeof one === 'string' ? placeholders.restore(one) : one,
  );
}
