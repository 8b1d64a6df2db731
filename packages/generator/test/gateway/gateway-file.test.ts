// gateway.yaml: what is wrong with it is said with its place, before anything listens.
import { describe, expect, it } from 'vitest';
import { run } from '../../src/run.ts';
import { assertOutput } from '../json-output.ts';
import { projectFolder } from '../project-folder.ts';

const LAYOUT = JSON.stringify({
  format: 'claimgen-layout-1',
  name: 'orders',
  claim: 'https://acme.example/permissions',
  audience: 'https://orders.acme.example',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] }]],
  withdrawn: [],
});
const GOOD = `issuer: https://acme.eu.auth0.com/
apis:
  orders: { layout: orders.json }
routes:
  - { method: GET, path: /orders/:id, permissions: ["orders:read"] }
`;
const withFile = (text: string, more: Readonly<Record<string, string>> = {}) =>
  projectFolder({ 'gateway.yaml': text, 'orders.json': LAYOUT, ...more });

describe('claimgen gateway', () => {
  it('listens until it is told to end', async () => {
    const stop = new AbortController();
    const printed: string[] = [];
    const ended = run({
      args: ['gateway', '--port', '0', '--json'],
      cwd: withFile(GOOD).path,
      version: '0',
      readStdin: async () => '',
      stopSignal: () => stop.signal,
      out: (text) => printed.push(text),
      error: (text) => printed.push(text),
    });
    await expect
      .poll(() => printed.join(''), { timeout: 20_000 })
      .toMatch(/"listening":"http:\/\/127\.0\.0\.1:\d+"/);
    const output = JSON.parse(printed.join('')) as { listening: string };
    assertOutput('gateway', output);
    const { listening } = output;
    const headers = { 'x-original-method': 'GET', 'x-original-uri': '/orders/17' };
    expect((await fetch(listening, { headers })).status).toBe(401);
    stop.abort();
    expect(await ended).toBe(0);
    await expect(fetch(listening)).rejects.toThrow();
  });

  it.each([
    [
      'a permission that is misspelt',
      GOOD.replace('orders:read', 'order:read'),
      'gateway.yaml:5:53: routes[0].permissions[0]: orders has no permission "order:read"\n  Did you mean "orders:read"?\n',
    ],
    [
      'a key that is misspelt',
      GOOD.replace('routes:', 'rotues:'),
      'gateway.yaml:4:1: rotues: the key "rotues" is unknown here\n  Did you mean "routes"?\n',
    ],
    ['a missing issuer', GOOD.replace(/issuer.*\n/, ''), 'issuer must be a URL, or an array of URLs'],
    ['an issuer without TLS', GOOD.replace('https', 'http'), 'https'],
    ['no APIs', GOOD.replace('  orders: { layout: orders.json }\n', ''), 'apis must have at least one API'],
    ['an API without a layout', GOOD.replace('layout: orders.json', ''), 'layout must name a file'],
    [
      'a layout that is none',
      GOOD.replace('orders.json', 'gateway.yaml'),
      'gateway.yaml is not a layout\n  Name a .json in the folder verifier/ that claimgen build writes.\n',
    ],
    ['a layout that is not there', GOOD.replace('orders.json', 'none.json'), 'none.json'],
    ['a route that is none', GOOD.replace('path: /', 'path: '), 'routes[0].path must begin with /'],
    [
      'a method in small letters',
      GOOD.replace('GET', 'get'),
      'routes[0].method must be a method in capitals',
    ],
    ['a proxy that nobody knows', `${GOOD}proxy: apache\n`, 'proxy must be "nginx", "traefik" or "envoy"'],
    ['YAML that is broken', `${GOOD}  - {`, 'gateway.yaml:6'],
    ['an array', '[]', 'this must be an object'],
  ])('refuses %s', async (_, text, message) => {
    const folder = withFile(text);
    const { exitCode, out, error } = await folder.claimgen('gateway --port 0');
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toContain(message);
    expect(error).not.toMatch(/^ +at /m);
  });

  it('refuses a permission that left the catalog or the selection: nobody is granted it', async () => {
    const layout = JSON.stringify({ ...JSON.parse(LAYOUT), withdrawn: ['orders:write'] });
    const folder = withFile(GOOD.replace('orders:read', 'orders:write'), { 'orders.json': layout });
    const { exitCode, out, error } = await folder.claimgen('gateway --port 0');
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toBe(
      'gateway.yaml:5:53: routes[0].permissions[0]: orders has no permission "orders:write" any more\n  Name a permission of orders.\n',
    );
  });

  it('names the file that it was told to read, and a port that is none', async () => {
    const folder = withFile(GOOD);
    expect((await folder.claimgen('gateway --file missing.yaml')).error).toContain('missing.yaml');
    expect((await folder.claimgen('gateway --port 70000')).error).toContain(
      '--port must be a whole number from 0 to 65535',
    );
    expect((await folder.claimgen('gateway --journal changes --changes log.js')).error).toContain(
      'a log of changes must be named',
    );
  });
});
