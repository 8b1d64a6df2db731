import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCheckpointList } from '../../src/paging/checkpoint-list.ts';
import { type OffsetPage, readOffsetList } from '../../src/paging/offset-list.ts';

const RUNS = Number(process.env['CLAIMGEN_RUNS'] ?? 200);

/** A server's list: pages as long as asked for, but never longer than its cap. */
function serverOf(
  items: readonly string[],
  cap: number,
  change: (page: OffsetPage<string>, request: number) => OffsetPage<string> = (page) => page,
) {
  let requests = 0;
  return {
    what: 'roles',
    key: (item: string) => item,
    page: async (page: number, perPage: number): Promise<OffsetPage<string>> => {
      const limit = Math.min(perPage, cap);
      const start = page * limit;
      const answer = { items: items.slice(start, start + limit), total: items.length, limit, start };
      return change(answer, requests++);
    },
  };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `role ${index}`);

describe('lists by offset', () => {
  it('are complete whatever length of pages the server allows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_200), fc.integer({ min: 1, max: 150 }), async (count, cap) => {
        expect(await readOffsetList(serverOf(names(count), cap))).toEqual(names(count));
      }),
      { numRuns: RUNS },
    );
  });

  it('start again when the total moves, and give the list as it is then', async () => {
    const items = names(120);
    const list = serverOf(items, 50, (page, request) => {
      if (request === 1) items.push('role 120');
      return page;
    });
    expect(await readOffsetList(list)).toEqual(names(121));
  });

  it('start again when an entry comes twice: another one was passed over', async () => {
    const items = names(120);
    const list = serverOf(items, 50, (page, request) => {
      // One is added in front and one taken from the end: the total stays.
      if (request === 0) {
        items.unshift('new');
        items.pop();
      }
      return page;
    });
    expect(await readOffsetList(list)).toEqual(['new', ...names(119)]);
  });

  it.each([
    [
      'a page is shorter than the others',
      (page: OffsetPage<string>) => (page.start === 50 ? { ...page, items: page.items.slice(1) } : page),
      /ends after 99 of 120/,
    ],
    [
      'the list ends before its total',
      (page: OffsetPage<string>) => ({ ...page, items: page.start >= 100 ? [] : page.items }),
      /ends after 100 of 120/,
    ],
    [
      'the total moves each time',
      (page: OffsetPage<string>, request: number) => ({ ...page, total: page.total + request }),
      /total moved/,
    ],
    [
      'pages begin elsewhere',
      (page: OffsetPage<string>) => ({ ...page, start: 0 }),
      /page 1 begins at 0, not at 50/,
    ],
    [
      'more comes than the total',
      (page: OffsetPage<string>) => ({ ...page, total: 119 }),
      /120 entries came where the total is 119/,
    ],
    [
      'pages get shorter on the way',
      (page: OffsetPage<string>, request: number) => (request % 3 === 0 ? page : { ...page, limit: 25 }),
      /pages have 25 entries now, not 50/,
    ],
  ])('fail rather than give a part: %s', async (_, change, message) => {
    const list = readOffsetList(serverOf(names(120), 50, change));
    await expect(list).rejects.toMatchObject({
      code: 'list_unstable',
      message: expect.stringMatching(message),
    });
  });

  it('are never given short or with an entry twice, whatever the server answers', async () => {
    const answer = fc.record({
      items: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
      total: fc.nat(5),
      limit: fc.integer({ min: -1, max: 4 }),
      start: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async (answers) => {
        let request = 0;
        let total = 0;
        const page = async (): Promise<OffsetPage<string>> => {
          const next = answers[request++ % answers.length] as OffsetPage<string>;
          total = next.total;
          return next;
        };
        const read = await readOffsetList({ what: 'x', key: (item) => item, page }).catch(
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'list_unstable' });
          },
        );
        if (read === undefined) return;
        expect(read).toHaveLength(total);
        expect(new Set(read).size).toBe(total);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('lists by checkpoint', () => {
  const pages = (all: readonly (readonly string[])[]) => ({
    what: 'client grants',
    key: (item: string) => item,
    page: async (from: string | undefined) => {
      const index = Number(from ?? 0);
      return { items: all[index] ?? [], next: index + 1 < all.length ? String(index + 1) : undefined };
    },
  });

  it('go on beyond 1,000 entries', async () => {
    const all = Array.from({ length: 40 }, (_, page) => names(50).map((name) => `${page} ${name}`));
    expect(await readCheckpointList(pages(all))).toHaveLength(2_000);
  });

  it('fail where an entry comes twice each time', async () => {
    const list = readCheckpointList(
      pages([
        ['a', 'b'],
        ['b', 'c'],
      ]),
    );
    await expect(list).rejects.toMatchObject({ code: 'list_unstable' });
  });

  it('fail where one page is named for ever', async () => {
    const list = readCheckpointList({
      what: 'x',
      key: (item: string) => item,
      page: async () => ({ items: [], next: 'again' }),
    });
    await expect(list).rejects.toMatchObject({
      code: 'list_unstable',
      message: expect.stringMatching(/no end/),
    });
  });
});
