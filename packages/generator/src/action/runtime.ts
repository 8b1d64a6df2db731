// The runtime of an Action: of @claimgen/action-runtime the modules that its tables use, as one text.

import { createHash } from 'node:crypto';
import type { AudienceTable } from '@claimgen/action-runtime';
import { factsOfAll, SOURCE_KINDS } from '../sources/facts-of.ts';

/** A module as the package's build leaves it: text that stands in one scope with the others. */
export interface RuntimeModule {
  readonly name: string;
  readonly section: 'policy' | 'encoder';
  /** The modules that it uses. */
  readonly imports: readonly string[];
  readonly text: string;
}

export interface Runtime {
  readonly text: string;
  /** SHA-256 of the text and the line feed that ends it, in hexadecimal. */
  readonly digest: string;
}

/** What one feature of the tables needs: the module, and how it is handed to the policy. */
interface Part {
  readonly module: string;
  /** A member of `parts`, `parts.readers` or `parts.encoders`. */
  readonly member: string;
  readonly of: 'parts' | 'readers' | 'encoders';
}

const ENCODERS: Readonly<Record<AudienceTable['encoding'], Part>> = {
  bitset: { of: 'encoders', member: 'bitset: encodeBitset', module: 'encode-bitset' },
  names: { of: 'encoders', member: 'names: encodeNames', module: 'encode-names' },
};

/** In place of `bitset`, where a claim says when its permissions were read. */
const DATED_BITSET: Part = { of: 'encoders', member: 'bitset: encodeDated', module: 'dated-claim' };

function placesMember(places: string, isDated: boolean): string {
  return `places: ${isDated ? `datedPlaces(${places})` : places}`;
}

/** Whether an Action asks Auth0 for the user's roles. */
export function asksForRoles(tables: readonly AudienceTable[]): boolean {
  return tables.some(({ sources }) => factsOfAll(sources).some(({ needs }) => needs.effectiveRoles));
}

function partsOf(tables: readonly AudienceTable[]): Part[] {
  const kinds = new Set(tables.flatMap(({ sources }) => sources.map(({ kind }) => kind)));
  const encodings = new Set(tables.map(({ encoding }) => encoding));
  const isDated = tables.some(({ asOf }) => asOf !== undefined);
  const isLimited = tables.some(({ clients, grant }) => clients !== undefined || grant !== undefined);
  const optional: [boolean, Part][] = [
    [!isLimited, { of: 'parts', member: placesMember('grantedPlaces', isDated), module: 'on-post-login' }],
    [isLimited, { of: 'parts', member: placesMember('limitedPlaces', isDated), module: 'limited-places' }],
    [asksForRoles(tables), { of: 'parts', member: 'effectiveRoles', module: 'sources/effective-roles' }],
    [
      tables.some(({ clients }) => clients !== undefined),
      { of: 'parts', member: 'admitsClient', module: 'admits-client' },
    ],
    [
      tables.some(({ grant }) => grant !== undefined),
      { of: 'parts', member: 'keepRequested', module: 'keep-requested' },
    ],
    [
      tables.some(({ cap }) => cap !== undefined),
      { of: 'parts', member: 'setCapped', module: 'capped-claim' },
    ],
  ];
  return [
    ...SOURCE_KINDS.flatMap(({ kind, reader }) =>
      kinds.has(kind) ? [{ of: 'readers' as const, ...reader }] : [],
    ),
    ...Object.entries(ENCODERS).flatMap(([encoding, part]) =>
      encodings.has(encoding as AudienceTable['encoding'])
        ? [encoding === 'bitset' && isDated ? DATED_BITSET : part]
        : [],
    ),
    ...optional.flatMap(([isNeeded, part]) => (isNeeded ? [part] : [])),
  ];
}

/**
 * The runtime that serves these tables: the same text for all tables that need the same parts.
 * @param areLines whether names stand in lines, which the runtime expands
 */
export function runtimeFor(
  modules: readonly RuntimeModule[],
  tables: readonly AudienceTable[],
  areLines: boolean,
): Runtime {
  const parts = partsOf(tables);
  const expands = areLines && tables.some(({ names }) => names !== undefined);
  const needed = closure(modules, [
    'on-post-login',
    ...parts.map(({ module }) => module),
    ...(expands ? ['expand-names'] : []),
  ]);
  const section = (name: RuntimeModule['section']) =>
    modules.filter((module) => module.section === name && needed.has(module.name)).map(({ text }) => text);
  const members = (of: Part['of']) => parts.filter((part) => part.of === of).map(({ member }) => member);
  const text = [
    'const parts = {',
    `  readers: { ${members('readers').join(', ')} },`,
    `  encoders: { ${members('encoders').join(', ')} },`,
    ...members('parts').map((member) => `  ${member},`),
    '};',
    '',
    section('policy').join('\n\n'),
    '',
    '// ---- The encoder: turns places into text; decides nothing. ----',
    '',
    section('encoder').join('\n\n'),
  ].join('\n');
  return { text, digest: createHash('sha256').update(`${text}\n`).digest('hex') };
}

function closure(modules: readonly RuntimeModule[], roots: readonly string[]): ReadonlySet<string> {
  const importsOf = new Map(modules.map(({ name, imports }) => [name, imports]));
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const imported of importsOf.get(name) ?? []) add(imported);
  };
  for (const root of roots) add(root);
  return needed;
}
