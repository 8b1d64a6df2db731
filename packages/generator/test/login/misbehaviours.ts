import type { Misbehaviour } from './scripted-api.ts';

export const silence: Misbehaviour = () => undefined;
export const hangUp: Misbehaviour = (response) => response.destroy();
/** Announces a whole page and breaks off in the middle. */
export const halfPage: Misbehaviour = (response) => {
  const text = JSON.stringify({ permissions: [{ permission_name: 'orders:write' }] });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  response.write(text.slice(0, -2), () => response.destroy());
};
/** Begins an answer, and sends a space every now and then for ever. */
export const trickle: Misbehaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};
/** Answers with a status and no more. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Misbehaviour {
  return (response) => response.writeHead(code, headers).end('{"error":"Nothing for you"}');
}

/** Answers with a text that claims to be JSON. */
export function body(text: string): Misbehaviour {
  return (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

/** Answers with JSON. */
export function page(value: unknown): Misbehaviour {
  return body(JSON.stringify(value));
}
