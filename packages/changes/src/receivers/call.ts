/** A successful call of the Management API, as the rules of its resources read it. */
import type { Change } from '../publish.ts';
import type { Direction } from './changes-of.ts';
import type { NameIndex } from './tenant-names.ts';

export interface ApiCall {
  /** In capitals. */
  readonly method: string;
  /** The parts of the path after `/api/v2/`, decoded. */
  readonly path: readonly string[];
  readonly body: unknown;
  readonly response: unknown;
}

export interface Call extends ApiCall {
  /** The second part of the path. */
  readonly id: string | undefined;
}

export type Rule = (call: Call, index: NameIndex) => readonly Change[];

export function directionOf(method: string): Direction {
  return method === 'POST' ? 'gained' : method === 'DELETE' ? 'lost' : 'both';
}
