import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longestAccepted } from './limit.ts';
import { requestHead, statusOf } from './request.ts';
import { findProgram, startServer } from './running-server.ts';
import { SHAPES } from './shapes.ts';
import { SOFTWARE } from './software.ts';
import { allowedLine, targets } from './targets.ts';

const inCi = process.env['CI'] === 'true';
const rows: string[] = [];
let upstream: Server;
let upstreamPort = 0;

beforeAll(async () => {
  upstream = createServer({ maxHeaderSize: 2 << 20 }, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  if (typeof address === 'object' && address !== null) upstreamPort = address.port;
});

afterAll(() => {
  upstream.close();
  console.log(`Longest Authorization line accepted, in bytes:\n${rows.join('\n')}`);
});

describe('a server with its default configuration', () => {
  for (const { title, target: name, needs, launch, over } of SOFTWARE) {
    const missing = needs.filter((need) => findProgram(need) === undefined);
    const absent = missing.length > 0;
    if (absent) console.log(`SKIPPED ${title}: ${missing.join(', ')} not installed; see .ci/apt-packages`);

    it.skipIf(absent && !inCi)(
      `${title} takes what the target ${name} allows, and refuses more`,
      async () => {
        expect(missing, 'in CI every server must be installed').toEqual([]);
        const target = targets.get(name);
        if (target?.bytes == null || target.margin === undefined)
          throw new Error(`${name} has no measured figure`);
        const server = await startServer(launch, upstreamPort);
        try {
          for (const shape of SHAPES) {
            const allowed = allowedLine(target, shape);
            const refused = allowed + target.margin;
            const longest = await longestAccepted(server.port, shape, refused + 4096);
            rows.push(
              `${title.padEnd(24)}${String(longest).padStart(9)}  (${allowed} allowed)  ${shape.title}`,
            );
            expect(await statusOf(server.port, requestHead(shape, allowed)), shape.title).toBe(200);
            expect(await statusOf(server.port, requestHead(shape, refused)), shape.title).toBe(
              over ?? target.over,
            );
            expect(longest, shape.title).toBeGreaterThanOrEqual(allowed);
            expect(longest, shape.title).toBeLessThan(refused);
          }
        } finally {
          await server.stop();
        }
      },
    );
  }
});

describe('targets.json', () => {
  it('calls exactly those figures measured by these tests that are', () => {
    const claimed = [...targets]
      .filter(([, target]) => target.source === 'test/servers')
      .map(([name]) => name);
    expect(new Set(SOFTWARE.map(({ target }) => target))).toEqual(new Set(claimed));
  });

  it('gives a source for every figure, a version for every measured one, and a reason for a missing one', () => {
    for (const [name, target] of targets) {
      expect(target.source, name).not.toBe('');
      if (target.measured) {
        expect(target.version, name).toMatch(/\d/);
        expect(target.margin, name).toBeGreaterThan(0);
      } else {
        expect(target.source, name).toMatch(/^https?:/);
        expect(target.margin, name).toBeUndefined();
      }
      if (target.bytes === null) expect(target.note, name).toMatch(/\w/);
    }
  });
});
