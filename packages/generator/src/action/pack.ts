import { createRequire } from 'node:module';

/** Loaded for Actions that are packed: most are not. */
const fflate = (): typeof import('fflate') => createRequire(import.meta.url)('fflate');

/**
 * Base64 of raw deflate of the value's JSON text. By a library, as the bytes that Node's own zlib writes differ from version to version; package.json
 * has its exact version, as another one may write others, and check would call every Action stale.
 */
export function pack(value: unknown): string {
  const { deflateSync, strToU8 } = fflate();
  return Buffer.from(deflateSync(strToU8(JSON.stringify(value)), { level: 9, mem: 12 })).toString('base64');
}
