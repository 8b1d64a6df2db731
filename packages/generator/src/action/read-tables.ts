// The tables of an Action from its code, as it is deployed: to know what changes when another one takes its place. Nothing of it is run.
import type { Tables } from '@claimgen/action-runtime';
import { inflateSync, strFromU8 } from 'fflate';
import { CORE_SCHEMA, load } from 'js-yaml';
import { asMap } from '../source-text/as-map.ts';

/** What of the tables says who gets what. */
export interface DeployedTables {
  readonly audiences: readonly {
    readonly name: string;
    readonly ids: readonly string[];
    /** Present where the claim says when its permissions were read. */
    readonly asOf?: unknown;
  }[];
  readonly roles: NonNullable<Tables['roles']>;
}

const PACKED =
  /^const tables = JSON\.parse\(\s*require\("zlib"\)\.inflateRawSync\(Buffer\.from\("([A-Za-z0-9+/=]+)"/m;
const READABLE = /^const tables = (\{\n.*?^\});$/ms;

/** @returns undefined for code that claimgen did not write, or not in a form that this version knows */
export function readTables(code: string): DeployedTables | undefined {
  try {
    return checked(parseTables(code));
  } catch {
    return undefined;
  }
}

function parseTables(code: string): unknown {
  const packed = PACKED.exec(code)?.[1];
  if (packed !== undefined) return JSON.parse(strFromU8(inflateSync(Buffer.from(packed, 'base64'))));
  const readable = READABLE.exec(code)?.[1];
  if (readable === undefined) return undefined;
  // The literal is YAML as well, but for the two words that stand for values elsewhere in the code.
  return load(readable.replace(/^( {6})names: expandNames\(.*\),$/gm, '$1names: [],'), {
    schema: CORE_SCHEMA,
  });
}

function checked(value: unknown): DeployedTables | undefined {
  const { audiences, roles = [] } = asMap(value) ?? {};
  if (!Array.isArray(audiences) || !Array.isArray(roles)) return undefined;
  const isTable = (table: unknown): boolean => {
    const { name, ids } = asMap(table) ?? {};
    return typeof name === 'string' && isArrayOf('string', ids);
  };
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) &&
    typeof row[0] === 'string' &&
    Object.values(asMap(row[1]) ?? { none: 0 }).every((runs) => isArrayOf('number', runs));
  return audiences.every(isTable) && roles.every(isRow)
    ? ({ audiences, roles } as DeployedTables)
    : undefined;
}

function isArrayOf(type: 'string' | 'number', value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === type);
}
