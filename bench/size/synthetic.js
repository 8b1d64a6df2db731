import { seeded, shuffle } from './random.js';

const VERBS = [
  'get',
  'list',
  'create',
  'update',
  'delete',
  'getPolicy',
  'setPolicy',
  'use',
  'watch',
  'export',
  'import',
  'start',
  'stop',
  'attach',
  'detach',
  'cancel',
];
const READING = new Set(['get', 'list', 'watch', 'getPolicy', 'export']);
const WRITING = new Set(['create', 'update', 'delete', 'import', 'start', 'stop', 'use', 'cancel']);
const SYLLABLES = [
  'ac',
  'bil',
  'com',
  'dat',
  'ev',
  'fir',
  'gat',
  'hub',
  'ing',
  'job',
  'key',
  'log',
  'met',
  'net',
  'ops',
  'pub',
  'que',
  'reg',
  'sto',
  'tab',
  'usr',
  'vol',
  'web',
  'zon',
];

/**
 * A catalog shaped like a cloud provider's: services of resources of verbs (compute.instances.start); per service readers, writers,
 * administrators and roles of a few resources; roles across services; three roles over everything.
 */
export function cloud(name, permissionCount, roleCount, seed) {
  const random = seeded(seed);
  const services = makeServices(permissionCount, random);
  const all = services.flatMap(({ resources }) => resources.flatMap(({ permissions }) => permissions));
  const roles = [
    all,
    all.filter(({ verb }) => READING.has(verb)),
    all.filter(({ verb }) => READING.has(verb) || WRITING.has(verb)),
  ];
  while (roles.length < roleCount) roles.push(makeRole(services, random));
  const permissions = all.map((permission) => permission.name).sort();
  const indexOf = new Map(permissions.map((permission, index) => [permission, index]));
  return {
    name,
    permissions,
    roles: shuffle(roles, random).map((role) =>
      [...new Set(role.map((permission) => indexOf.get(permission.name)))].sort((x, y) => x - y),
    ),
  };
}

function makeServices(permissionCount, random) {
  const services = new Map();
  let count = 0;
  while (count < permissionCount) {
    const service = word(random, 3);
    if (services.has(service)) continue;
    const resources = new Map();
    // Heavy-tailed: most services have a few resources, some have hundreds.
    for (
      let left = Math.ceil(4 / (0.02 + random(1000) / 1000));
      left > 0 && count < permissionCount;
      left--
    ) {
      const resource = `${word(random, 2)}s`;
      if (resources.has(resource)) continue;
      const verbs = VERBS.slice(0, 5).concat(VERBS.slice(5).filter(() => random(4) === 0));
      const kept = verbs.slice(0, permissionCount - count);
      resources.set(resource, {
        permissions: kept.map((verb) => ({ name: `${service}.${resource}.${verb}`, verb })),
      });
      count += kept.length;
    }
    services.set(service, { resources: [...resources.values()] });
  }
  return [...services.values()];
}

function word(random, syllables) {
  return (
    Array.from({ length: 1 + random(syllables) }, () => SYLLABLES[random(SYLLABLES.length)]).join('') +
    SYLLABLES[random(SYLLABLES.length)]
  );
}

function makeRole(services, random) {
  const kind = random(10);
  if (kind < 9) return pickFrom(services[random(services.length)], kind, random);
  return Array.from({ length: 2 + random(6) }, () =>
    pickFrom(services[random(services.length)], random(9), random),
  ).flat();
}

function pickFrom({ resources }, kind, random) {
  const some = kind < 4 ? resources : shuffle(resources, random).slice(0, 1 + random(4));
  const level = kind % 4;
  return some.flatMap(({ permissions }) =>
    permissions.filter(({ verb }) => level === 3 || READING.has(verb) || (level === 2 && WRITING.has(verb))),
  );
}

/** Roles of independent permissions: no order can help. */
export function unstructured(name, permissionCount, roleCount, density, seed) {
  const random = seeded(seed);
  const permissions = Array.from(
    { length: permissionCount },
    (_, i) => `resource${i % 997}:action${Math.floor(i / 997)}`,
  ).sort();
  const roles = Array.from({ length: roleCount }, () =>
    permissions.map((_, i) => i).filter(() => random(1000) < 1000 * density),
  );
  return { name, permissions, roles };
}
