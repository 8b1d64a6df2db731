import type { CacheFault } from '#simulator/api/cache';
import type { RolesFault } from '#simulator/api/effective-roles';
import { type ManagementFault, managementFaults } from '#simulator/management-api/management-fault';
import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';

/** What is to go wrong at every login. */
export interface Faults {
  readonly managementApi?: ManagementFault;
  readonly cache?: CacheFault;
  readonly roles?: RolesFault;
}

/** By the name of a fault's subject, what can be wrong with it. */
export const faultModes: Readonly<Record<keyof Faults, readonly string[]>> = {
  managementApi: managementFaults,
  cache: ['cold', 'full'] satisfies CacheFault[],
  roles: ['unavailable'] satisfies RolesFault[],
};

/**
 * Reads `managementApi=429,cache=full`.
 * @throws InputError for a subject or a mode that doesn't exist
 */
export function parseFaults(text: string | undefined): Faults {
  const faults = new Map<string, string>();
  for (const part of text?.split(',') ?? []) {
    const [subject = '', mode = ''] = part.trim().split('=', 2);
    const modes = Object.hasOwn(faultModes, subject) ? faultModes[subject as keyof Faults] : undefined;
    if (modes === undefined) throw unknown(subject, Object.keys(faultModes), 'subject of a fault');
    if (!modes.includes(mode)) throw unknown(mode, modes, `fault of ${subject}`);
    faults.set(subject, mode);
  }
  return Object.fromEntries(faults);
}

function unknown(word: string, known: readonly string[], what: string): InputError {
  const near = word === '' ? undefined : closest(word, known);
  return new InputError([
    {
      code: 'usage',
      message: `${JSON.stringify(word)} is no ${what}`,
      fix: near === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean ${near}?`,
    },
  ]);
}
