import { connect } from 'node:net';

/** A request of which only the sizes matter: the header limits of servers are about bytes, not about tokens. */
export interface Shape {
  readonly title: string;
  /** `/` and what follows, without spaces. */
  readonly path: string;
  /** Header lines besides Authorization and Connection, without CRLF. */
  readonly others: readonly string[];
}

/** `Authorization: Bearer ` and CRLF: what a line has besides its token. */
export const LINE_FRAME_BYTES = 24;

/** What the server answered: its status, or 0 when it closed the connection or kept silent. */
export type Status = number;

/** The request's bytes, with an Authorization line that has `lineBytes` bytes, CRLF included. */
export function requestHead(shape: Shape, lineBytes: number): string {
  const token = 'x'.repeat(lineBytes - LINE_FRAME_BYTES);
  const lines = [
    `GET ${shape.path} HTTP/1.1`,
    ...shape.others,
    'Connection: close',
    `Authorization: Bearer ${token}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Sends raw bytes over loopback: an HTTP client would have limits and headers of its own. */
export function statusOf(port: number, head: string, timeoutMs = 5_000): Promise<Status> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (): void => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0));
    };
    socket.setTimeout(timeoutMs, settle);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(head, 'latin1'));
    socket.on('data', (text) => {
      answer += text;
      if (/^HTTP\/1\.[01] \d{3}/.test(answer)) settle();
    });
    // A server that refuses while we still write resets the connection; what it said before counts.
    socket.on('error', settle);
    socket.on('close', settle);
  });
}
