/** One state that a user's `app_metadata` can be in. */
export interface MetadataVariant {
  readonly title: string;
  /** For the `appMetadata` of a described user; undefined: the event has none. */
  readonly appMetadata: unknown;
  /** The strings in the list at the path, where there is a list; what an Action may at most read. */
  readonly strings: readonly string[];
}

const hostileNames: readonly string[] = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  ' ',
  '##HOME##',
  '@@HOME@@',
  '$\x7bx}',
  '{{x}}',
  '</script>',
  '\u2028',
  '\ud800',
  '\'"`\\',
  'x'.repeat(281),
];

const values: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a string', 'orders:read'],
  ['a number', 7],
  ['true', true],
  ['an object', { 0: 'orders:read', length: 1 }],
  ['no permissions', []],
  ['two permissions, one twice', ['orders:read', 'orders:write', 'orders:read']],
  ['things that are no strings', ['orders:read', null, 7, { name: 'orders:write' }, ['orders:write']]],
  ['10,000 permissions', Array.from({ length: 10_000 }, (_, index) => `orders:read:${index}`)],
  ['hostile names', hostileNames],
];

/**
 * States of `app_metadata` for an Action that reads a list of permissions at a path (`['permissions']`): from absent to
 * hostile. Its documented shape is an object; a custom database can put anything there.
 */
export function metadataVariants(path: readonly string[]): readonly MetadataVariant[] {
  const nest = (value: unknown): unknown =>
    path.reduceRight((inner: unknown, name) => Object.fromEntries([[name, inner]]), value);
  return [
    { title: 'no app_metadata', appMetadata: undefined, strings: [] },
    { title: 'app_metadata null', appMetadata: null, strings: [] },
    { title: 'app_metadata a string', appMetadata: 'orders:read', strings: [] },
    { title: 'app_metadata a list', appMetadata: ['orders:read'], strings: [] },
    { title: 'empty app_metadata', appMetadata: {}, strings: [] },
    ...values.map(([title, value]) => ({
      title,
      appMetadata: nest(value),
      strings: Array.isArray(value)
        ? value.filter((entry): entry is string => typeof entry === 'string')
        : [],
    })),
  ];
}
