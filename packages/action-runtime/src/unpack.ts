import { inflateSync, strFromU8 } from 'fflate';

/** The value that was packed as base64 of raw deflate of JSON text. Called once, at cold start. */
export function unpack(packed: string): unknown {
  return JSON.parse(strFromU8(inflateSync(Buffer.from(packed, 'base64'))));
}
