import type { Shape } from './request.ts';

/** What the figures of targets.json allow for: a path of 64 bytes and 24 header lines besides Authorization. */
export const LONG_PATH: string = `/${'p'.repeat(63)}`;
const OTHER_LINES = 24;
const OTHER_BYTES = 2048;

const HOST = 'Host: localhost';
/** Sent by requestHead with every request. */
const CONNECTION = 'Connection: close';

/** Requests whose other headers are few, one long one, or many short ones: servers count them differently. */
export const SHAPES: readonly Shape[] = [
  { title: 'few other headers', path: '/', others: [HOST] },
  {
    title: 'a long cookie',
    path: '/',
    others: [HOST, padded('Cookie: session=', OTHER_BYTES - bytes([HOST, CONNECTION]))],
  },
  { title: 'many headers and a long path', path: LONG_PATH, others: [HOST, ...manyHeaders(OTHER_LINES - 2)] },
];

function manyHeaders(count: number): string[] {
  const each = Math.floor((OTHER_BYTES - bytes([HOST, CONNECTION])) / count);
  return Array.from({ length: count }, (_, index) => padded(`X-Header-${index + 1}: `, each));
}

/** A line of so many bytes, the CRLF to come included. */
function padded(start: string, length: number): string {
  return start.padEnd(length - 2, 'v');
}

function bytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 2, 0);
}
