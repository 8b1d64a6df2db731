// Random tenants in the forms that people write them in: keywords, anchors, merge keys, odd scalars, every form of client grant.
import fc from 'fast-check';

/** A value with the way it is written. */
export type Node =
  /** Written as it is, in YAML and JSON alike. */
  | { readonly kind: 'raw'; readonly yaml: string; readonly json: string }
  | { readonly kind: 'text'; readonly text: string; readonly style: number }
  | {
      readonly kind: 'list';
      readonly items: readonly Node[];
      readonly flow: boolean;
      readonly share: boolean;
    }
  | {
      readonly kind: 'map';
      readonly entries: readonly Entry[];
      readonly flow: boolean;
      readonly merge: number;
    };

type Entry = readonly [key: string, value: Node];

/** A tenant to be written down. */
export interface RandomExport {
  readonly apis: readonly Node[];
  readonly roles: readonly Node[];
  readonly grants: readonly Node[];
  /** A section that claimgen has no use for. */
  readonly clients: Node;
}

/** The APIs that a config would name, and one that it would not. */
export const NEEDED = ['https://orders.example', 'https://billing.example'];
const OTHER = 'https://other.example';

/** What replaces keywords: known to both. */
export const KEYWORDS = {
  ORDERS: 'https://orders.example',
  HOST: 'orders.example',
  'api-host': 'billing.example',
  NESTED: '##READ##',
  READ: 'orders:read',
  DIALECT: 'access_token_authz',
  RBAC: true,
  OFF: false,
  SCOPES: [{ value: 'orders:read' }, { value: 'orders:export', description: 'from a keyword' }],
  NAMES: ['orders:read', 'orders:write'],
  LATE: '##ORDERS##',
  'A.B': 'orders:write',
  TENANT: 'tenant',
};
/** What stands where claimgen needs no value: only the reference knows them. */
export const UNNEEDED = { TTL: 3600, NOTE: 'a note', URLS: ['https://a.example'] };
/** What the reference knows of keywords that leave something open which claimgen does need. */
export const OPEN_NAME = 'from:open';
export const OPEN_IDENTIFIER = 'https://open.example';
export const OPEN = {
  OPEN_NAME,
  OPEN_IDENTIFIER,
  OPEN_SCOPES: [{ value: OPEN_NAME }],
  OPEN_NAMES: [OPEN_NAME],
};

const words = [
  'orders:read',
  'orders:write',
  'billing:read',
  'a b',
  'yes',
  'no',
  '1_000',
  '0777',
  '12:30:45',
  'true',
  '<<',
  '~',
  '#x',
  'x # y',
];

const raw = (yaml: string, json: string = yaml): Node => ({ kind: 'raw', yaml, json });
const text = (value: string): fc.Arbitrary<Node> =>
  fc.record({ kind: fc.constant('text' as const), text: fc.constant(value), style: fc.nat(3) });
const list = (items: fc.Arbitrary<readonly Node[]>): fc.Arbitrary<Node> =>
  fc.record({ kind: fc.constant('list' as const), items, flow: fc.boolean(), share: fc.boolean() });

/** An object of which some keys may be missing; merge says how many of its keys come from merge keys. */
function map(
  fields: Readonly<Record<string, fc.Arbitrary<Node>>>,
  required: readonly string[],
): fc.Arbitrary<Node> {
  return fc
    .tuple(
      fc.record(fields, { requiredKeys: [...required] as never[] }),
      fc.boolean(),
      fc.nat(3),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    )
    .map(([object, flow, merge, order]) => {
      const entries = Object.entries(object as Record<string, Node>);
      // In any order: what a merge key brings in must not depend on where it is.
      entries.sort(
        ([a], [b]) => (order[a.length % 12] ?? 0) - (order[b.length % 12] ?? 0) || (a < b ? -1 : 1),
      );
      return { kind: 'map', entries, flow, merge };
    });
}

/** A keyword in any of its notations, whose value is a string. */
function keyword(name: string): fc.Arbitrary<Node> {
  return fc.constantFrom(
    raw(`##${name}##`, `"##${name}##"`),
    raw(`"##${name}##"`),
    raw(`'##${name}##'`, `"##${name}##"`),
    raw(`@@${name}@@`),
    raw(`"@@${name}@@"`),
    raw(`'@@${name}@@'`, `"@@${name}@@"`),
  );
}

/** A keyword whose value is no string: quotes around it are part of the keyword. */
const value = (name: string): fc.Arbitrary<Node> =>
  fc.constantFrom(raw(`@@${name}@@`), raw(`"@@${name}@@"`), raw(`'@@${name}@@'`, `"@@${name}@@"`));

/** Seldom: an export with many of them is refused whatever else it has. */
const seldom = (usual: fc.Arbitrary<Node>, open: fc.Arbitrary<Node>): fc.Arbitrary<Node> =>
  fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: open });

const usualIdentifier = fc.oneof(
  ...[...NEEDED, OTHER].map(text),
  keyword('ORDERS'),
  fc.constantFrom(raw('https://##HOST##', '"https://##HOST##"'), raw('"https://##api-host##"')),
);
const identifier = seldom(
  usualIdentifier,
  fc.oneof(
    keyword('OPEN_IDENTIFIER'),
    keyword('LATE').filter((node) => node.kind === 'raw' && node.yaml.includes('##')),
  ),
);
const usualPermission = fc.oneof(
  fc.constantFrom('orders:read', 'orders:write', 'billing:read').chain(text),
  keyword('READ'),
  keyword('A.B'),
  keyword('NESTED').filter((node) => node.kind === 'raw' && node.yaml.includes('##')),
);
const permission = seldom(usualPermission, keyword('OPEN_NAME'));
/** Scalars that YAML's versions read in different ways; none of them is a name. */
const oddScalar = fc
  .constantFrom(
    '0o17',
    '0x1F',
    '1e3',
    '.inf',
    '.5',
    '2001-01-01',
    '2001-12-14 21:59:43.10',
    'Null',
    '!!binary aGk=',
    '0b11',
    'TRUE',
  )
  .map((yaml) => raw(yaml, '17'));
const anything = fc.oneof(
  fc.constantFrom(...words).chain(text),
  oddScalar,
  keyword('NOTE'),
  value('TTL'),
  value('URLS'),
  fc.constant(raw('##TTL##')),
);

/** Plain scalars that are numbers, dates or booleans to some YAML, and strings to this one. */
const oddString = fc
  .constantFrom(
    'yes',
    'no',
    'on',
    '1_000',
    '0o8',
    '12:30:45',
    '0b2',
    '=',
    '1.2.3',
    '2001-1-1',
    'NULL_',
    '+',
    '.',
  )
  .map((yaml) => raw(yaml, JSON.stringify(yaml)));
const description = fc.oneof(fc.constantFrom(...words).chain(text), oddString, keyword('NOTE'));
const scope = map({ value: permission, description, x_note: anything }, ['value']);
const flags = {
  enforce_policies: fc.oneof(
    fc.constantFrom(raw('true'), raw('false')),
    value('RBAC'),
    value('OFF'),
    fc.constantFrom(raw('##RBAC##')),
  ),
  token_dialect: fc.oneof(
    fc
      .constantFrom('access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz')
      .chain(text),
    seldom(keyword('DIALECT'), keyword('OPEN_NAME')),
  ),
};
const api = map(
  {
    identifier,
    name: text('Orders'),
    scopes: fc.oneof(
      { weight: 4, arbitrary: list(fc.uniqueArray(scope, { maxLength: 3 })) },
      { weight: 1, arbitrary: seldom(value('SCOPES'), value('OPEN_SCOPES')) },
    ),
    ...flags,
    signing_alg: fc.constantFrom('RS256', 'RS512', 'PS256', 'HS256').chain(text),
    token_lifetime: fc.oneof(fc.constantFrom(raw('86400'), raw('##TTL##')), value('TTL')),
    allow_online_access: fc.constant(raw('true')),
    is_system: fc.constant(raw('false')),
  },
  ['identifier', 'name'],
);
const granted = map({ permission_name: permission, resource_server_identifier: identifier }, [
  'permission_name',
  'resource_server_identifier',
]);
const role = map(
  {
    name: seldom(
      fc.oneof(fc.constantFrom('Clerk', 'Lead', 'Org Lead').chain(text), oddString),
      keyword('OPEN_NAME'),
    ),
    description,
    x_note: anything,
    type: fc.oneof(
      { weight: 4, arbitrary: text('tenant') },
      { weight: 1, arbitrary: text('organization') },
      { weight: 1, arbitrary: keyword('TENANT') },
    ),
    permissions: list(fc.array(granted, { maxLength: 3 })),
  },
  ['name'],
);
const grantScopes = fc.oneof(
  list(fc.uniqueArray(permission, { maxLength: 3, selector: meaning })),
  seldom(value('NAMES'), value('OPEN_NAMES')),
);
const grantFields = {
  audience: identifier,
  subject_type: fc.constantFrom('user', 'client').chain(text),
  organization_usage: text('allow'),
  allow_any_organization: fc.constant(raw('true')),
  authorization_details_types: list(fc.constant([])),
  is_system: fc.constant(raw('false')),
};
const client = { client_id: fc.constantFrom('Backend', 'bgJ4', 'a client').chain(text) };
const byDefault = { default_for: text('third_party_clients') };
const grant = fc.oneof(
  map({ ...client, ...grantFields, scope: grantScopes }, ['client_id', 'audience']),
  map({ ...client, ...grantFields, allow_all_scopes: fc.constantFrom(raw('true')) }, [
    'client_id',
    'audience',
    'allow_all_scopes',
  ]),
  map({ ...client, ...grantFields, scope: grantScopes, allow_all_scopes: fc.constantFrom(raw('false')) }, [
    'client_id',
    'audience',
    'scope',
  ]),
  map({ ...byDefault, ...grantFields, scope: grantScopes }, ['default_for', 'audience']),
);

/** What a node comes to, as far as two of them must not come to one thing. */
function meaning(node: Node): string {
  if (node.kind === 'text') return node.text;
  if (node.kind !== 'raw') return JSON.stringify(node);
  const names: readonly (readonly [string, string])[] = [
    ...Object.entries(KEYWORDS).map(([key, found]) => [key, String(found)] as const),
    ['NESTED', KEYWORDS.READ],
    ['HOST', KEYWORDS.ORDERS],
    ['api-host', 'https://billing.example'],
  ];
  return names.findLast(([key]) => node.yaml.includes(key))?.[1] ?? node.yaml;
}

function field(node: Node, key: string): Node | undefined {
  return node.kind === 'map' ? node.entries.find(([name]) => name === key)?.[1] : undefined;
}

const by = (key: string) => ({
  selector: (node: Node) => {
    const found = field(node, key);
    return found === undefined ? '' : meaning(found);
  },
});
const NAMES = ['Orders', 'yes', 'An API'];
/** Names of APIs are unique, and claimgen has no use for them. */
function named(nodes: readonly Node[]): Node[] {
  return nodes.map((node, index) =>
    node.kind === 'map'
      ? {
          ...node,
          entries: node.entries.map(
            ([key, found]): Entry => [
              key,
              key === 'name' ? { kind: 'text', text: NAMES[index] ?? '', style: index } : found,
            ],
          ),
        }
      : node,
  );
}

export const randomExport: fc.Arbitrary<RandomExport> = fc.record({
  // Two of one name are refused: rarely.
  apis: fc
    .oneof(
      { weight: 9, arbitrary: fc.uniqueArray(api, { minLength: 1, maxLength: 3, ...by('identifier') }) },
      { weight: 1, arbitrary: fc.array(api, { minLength: 2, maxLength: 3 }) },
    )
    .map(named),
  roles: fc.oneof(
    { weight: 9, arbitrary: fc.uniqueArray(role, { maxLength: 3, ...by('name') }) },
    { weight: 1, arbitrary: fc.array(role, { minLength: 2, maxLength: 3 }) },
  ),
  grants: fc.array(grant, { maxLength: 3 }),
  clients: list(fc.array(map({ name: anything, callbacks: anything }, []), { maxLength: 2 })),
});
