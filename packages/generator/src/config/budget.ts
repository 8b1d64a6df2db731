import { createRequire } from 'node:module';
import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';

/** The most bytes that the line `Authorization: Bearer <token>` and its CRLF may have, and what decides it. */
export interface Budget {
  readonly bytes: number;
  /** `budget.bytes`, or the name of the tightest target. */
  readonly decidedBy: string;
  /** All that were weighed: `budget.bytes`, and what each target leaves for the line. */
  readonly limits: readonly Limit[];
  /** The most roles that a user holds; undefined where the config doesn't say. */
  readonly roles: number | undefined;
  /** The most direct permissions that a user holds. */
  readonly direct: number | undefined;
}

export interface Limit {
  readonly bytes: number;
  readonly decidedBy: string;
}

export interface RawBudget {
  bytes?: number;
  target?: string | string[];
  otherHeaders?: number;
  roles?: number;
  direct?: number;
}

interface Target {
  readonly bytes: number | null;
  readonly counts: 'line' | 'headers' | 'head';
}

const targets = (
  createRequire(import.meta.url)('#own/data/targets.json') as { targets: Record<string, Target> }
).targets;

const DEFAULT_BYTES = 8192;
/** What cookies and the other headers of a browser take. */
const DEFAULT_OTHER_HEADERS = 2048;

/**
 * The smallest of `bytes` and what each target leaves for the line.
 * @throws InputError for a target that is unknown or has no known figure.
 */
export function budgetOf(source: SourceText, path: ValuePath, raw: RawBudget): Budget {
  const named = raw.target === undefined ? [] : [raw.target].flat();
  // A server without a default of its own is configured: budget.bytes says to what.
  const isStated = (name: string) =>
    raw.bytes !== undefined && Object.hasOwn(targets, name) && targets[name]?.bytes === null;
  const names = named.filter((name) => !isStated(name));
  const limits = names.map(
    (name): Limit => ({
      decidedBy: name,
      bytes: roomAt(
        source,
        Array.isArray(raw.target) ? [...path, 'target', named.indexOf(name)] : [...path, 'target'],
        name,
        raw.otherHeaders ?? DEFAULT_OTHER_HEADERS,
      ),
    }),
  );
  const weighed = [{ decidedBy: 'budget.bytes', bytes: raw.bytes ?? DEFAULT_BYTES }, ...limits];
  const tightest = weighed.reduce((least, limit) => (limit.bytes < least.bytes ? limit : least));
  return { ...tightest, limits: weighed, roles: raw.roles, direct: raw.direct };
}

function roomAt(source: SourceText, path: ValuePath, name: string, otherHeaders: number): number {
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target === undefined) {
    const near = closest(name, Object.keys(targets));
    throw new InputError([
      source.problem(
        'config_invalid',
        path,
        `the target ${JSON.stringify(name)} is unknown`,
        near === undefined ? `Use one of: ${Object.keys(targets).join(', ')}.` : `Did you mean ${near}?`,
      ),
    ]);
  }
  if (target.bytes === null) {
    throw new InputError([
      source.problem(
        'config_invalid',
        path,
        `no default limit of ${name} is known`,
        'Set budget.bytes to the limit that it is configured with.',
      ),
    ]);
  }
  const room = target.counts === 'line' ? target.bytes : target.bytes - otherHeaders;
  if (room > 0) return room;
  throw new InputError([
    source.problem(
      'config_invalid',
      path,
      `${name} takes ${target.bytes} bytes of headers in all, and budget.otherHeaders leaves none for the token`,
      'Set budget.otherHeaders to what the other headers really take.',
    ),
  ]);
}
