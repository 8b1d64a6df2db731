import { encodeClaim } from '@claimgen/action-runtime';
import type { Layout } from '@claimgen/verifier';
import fc from 'fast-check';
import { audienceTable } from '../../src/action/audience-table.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import type { AudienceConfig } from '../../src/config/audience-config.ts';
import { readConfig } from '../../src/config/config.ts';
import { InputError } from '../../src/errors.ts';
import { continueLayouts } from '../../src/layout/continue-layouts.ts';
import {
  type AudienceLayout,
  activateNewest,
  activeLineage,
  addLineage,
  growLayout,
  namesOf,
  pruneEarlier,
} from '../../src/layout/layout.ts';
import { formatLock, type Lock, readLock } from '../../src/layout/lock.ts';
import { select } from '../../src/selection/select.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';
import { layoutOfVerifier, verifierLayout } from '../../src/verifier-module/verifier-layout.ts';

/** Few names, so that histories meet: the same permission comes, goes and returns on several branches. */
export const NAMES: readonly string[] = [
  'a:1',
  'a:2',
  'b:1',
  'b:2',
  'c',
  'constructor',
  '__proto__',
  'd:*',
  'é',
  'z',
];
export const ENVIRONMENTS: readonly string[] = ['', 'prod'];
/** The keys that the audience is given: few, so that it gets an earlier one back. */
const KEYS: readonly string[] = ['orders', 'sales', 'shop'];

/** One step in the life of a tenant, its repository and its branches. */
export type Step =
  | { readonly do: 'add' | 'remove'; readonly environment: number; readonly name: number }
  | { readonly do: 'leave' | 'return'; readonly name: number }
  | { readonly do: 'rename' | 'rename anew'; readonly key: number; readonly seed: number }
  | {
      readonly do: 'build' | 'rebase' | 'activate' | 'prune' | 'fork' | 'lose lock' | 'switch';
      readonly seed: number;
    }
  | { readonly do: 'merge' | 'revert' | 'restore lock'; readonly other: number; readonly seed: number };

const index = (length: number) => fc.nat({ max: length - 1 });

/** Histories of builds, a step each; weights make every kind meet every other. */
export const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
        environment: index(ENVIRONMENTS.length),
        name: index(NAMES.length),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('leave' as const, 'return' as const),
        name: index(NAMES.length),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('rename' as const, 'rename' as const, 'rename anew' as const),
        key: index(KEYS.length),
        seed: fc.nat(1000),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'build' as const,
          'build' as const,
          'rebase' as const,
          'activate' as const,
          'prune' as const,
          'fork' as const,
          'fork' as const,
          'switch' as const,
          'lose lock' as const,
        ),
        seed: fc.nat(1000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('merge' as const, 'revert' as const, 'restore lock' as const),
        other: fc.nat(50),
        seed: fc.nat(1000),
      }),
    },
  ),
  { minLength: 3, maxLength: 24, size: 'max' },
);

/** What one build deploys: the verifier, and the Action's part in each environment. */
export interface Deployment {
  /** The audience's key in the config. */
  readonly key: string;
  readonly lock: Lock;
  readonly layout: AudienceLayout;
  readonly verifier: Layout;
  /** By environment: the names that its Action grants, and how it writes them. */
  readonly issuers: ReadonlyMap<string, Issuer>;
}

export interface Issuer {
  readonly available: ReadonlySet<string>;
  issue(names: ReadonlySet<string>, encoding: 'bitset' | 'names'): string | string[];
}

/** A branch of the repository: what is on its disk. */
interface Branch {
  key: string;
  /** As the config says it: the keys whose layout is continued. */
  previously: readonly string[];
  lock: Lock;
  readonly catalogs: Map<string, Set<string>>;
  readonly left: Set<string>;
}

const base = readConfig(
  parseSourceText(
    'claimgen.config.json',
    JSON.stringify({
      catalog: 'dev.json',
      claim: 'pz',
      action: { source: [{ event: 'user.app_metadata.permissions' }] },
      audiences: { [KEYS[0] as string]: { audience: 'https://dev', exact: [NAMES[0]] } },
      environments: { prod: { catalog: 'prod.json' } },
    }),
  ),
).audiences[0] as AudienceConfig;

/** Plays a history with the project's own functions and returns what was ever deployed. */
export function play(steps: readonly Step[]): Deployment[] {
  const deployments: Deployment[] = [];
  const branches: Branch[] = [
    {
      key: KEYS[0] as string,
      previously: [],
      lock: new Map(),
      catalogs: new Map(ENVIRONMENTS.map((name) => [name, new Set(NAMES.slice(0, 2))])),
      left: new Set(),
    },
  ];
  let current = 0;
  for (const step of steps) {
    const branch = branches[current] as Branch;
    const deploy = (
      seed: number,
      change?: (layout: AudienceLayout, names: readonly string[]) => AudienceLayout,
    ) => {
      const deployment = build(branch, seed, change);
      if (deployment !== undefined) deployments.push(deployment);
    };
    const earlier = 'other' in step ? deployments[step.other % Math.max(1, deployments.length)] : undefined;
    switch (step.do) {
      case 'add':
        branch.catalogs.get(ENVIRONMENTS[step.environment] as string)?.add(NAMES[step.name] as string);
        break;
      case 'remove':
        branch.catalogs.get(ENVIRONMENTS[step.environment] as string)?.delete(NAMES[step.name] as string);
        break;
      case 'leave':
        branch.left.add(NAMES[step.name] as string);
        break;
      case 'return':
        branch.left.delete(NAMES[step.name] as string);
        break;
      case 'build':
        deploy(step.seed);
        break;
      case 'rebase':
        deploy(step.seed, (layout, names) =>
          layout.lineages.length - 1 > layout.active
            ? layout
            : addLineage(branch.key, layout, names, shuffle(step.seed)),
        );
        break;
      case 'activate':
        deploy(step.seed, activateNewest);
        break;
      case 'prune':
        deploy(step.seed, pruneEarlier);
        break;
      case 'rename': {
        const key = KEYS[step.key] as string;
        if (key === branch.key) break;
        // What was named before is left in the config or not.
        const kept = step.seed % 2 === 0 ? branch.previously.filter((name) => name !== key) : [];
        branch.previously = [branch.key, ...kept];
        branch.key = key;
        deploy(step.seed);
        break;
      }
      case 'rename anew':
        branch.previously = [];
        branch.key = KEYS[step.key] as string;
        deploy(step.seed);
        break;
      case 'fork':
        branches.push({
          key: branch.key,
          previously: branch.previously,
          lock: branch.lock,
          catalogs: new Map([...branch.catalogs].map(([name, set]) => [name, new Set(set)])),
          left: new Set(branch.left),
        });
        if (step.seed % 2 === 0) current = branches.length - 1;
        break;
      case 'switch':
        current = step.seed % branches.length;
        break;
      case 'merge': {
        // As the lock's error says: take one side's lock, then build.
        const other = branches[step.other % branches.length] as Branch;
        for (const [environment, names] of other.catalogs)
          for (const name of names) branch.catalogs.get(environment)?.add(name);
        if (step.seed % 2 === 0 && other.lock.size > 0) branch.lock = other.lock;
        if (step.seed % 3 === 0) {
          branch.key = other.key;
          branch.previously = other.previously;
        }
        deploy(step.seed);
        break;
      }
      case 'revert':
        branch.lock = earlier?.lock ?? branch.lock;
        deploy(step.seed);
        break;
      case 'lose lock':
        branch.lock = new Map();
        deploy(step.seed);
        break;
      case 'restore lock':
        if (earlier !== undefined) {
          const restored = layoutOfVerifier('verifier.json', JSON.stringify(earlier.verifier));
          branch.lock = new Map([[restored.name, restored.layout]]);
        }
        deploy(step.seed);
        break;
    }
  }
  return deployments;
}

function build(
  branch: Branch,
  seed: number,
  change?: (layout: AudienceLayout, names: readonly string[]) => AudienceLayout,
): Deployment | undefined {
  const catalogs = new Map(
    [...branch.catalogs].map(([name, names]): [string, Catalog] => [
      name,
      { permissions: [...names].map((permission) => ({ name: permission })), roles: [], apis: [], notes: [] },
    ]),
  );
  const selected = NAMES.filter(
    (name) => !branch.left.has(name) && [...branch.catalogs.values()].some((names) => names.has(name)),
  );
  const { key, previously } = branch;
  const audience: AudienceConfig = { ...base, name: key, previously, exact: selected };
  let selection: ReturnType<typeof select>;
  let lock: Lock;
  try {
    if (selected.length === 0) return undefined;
    selection = select(audience, catalogs);
    lock = continueLayouts(branch.lock, [audience]);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
  const grown = growLayout(key, lock.get(key), selection.names, shuffle(seed));
  // Every lock passes through its file.
  branch.lock = readLock(
    'claimgen.lock.json',
    formatLock(new Map([...lock, [key, change?.(grown, selection.names) ?? grown]])),
  );
  const layout = branch.lock.get(key) as AudienceLayout;
  return {
    key,
    lock: branch.lock,
    layout,
    verifier: verifierLayout(audience, layout, selection.names),
    issuers: new Map(
      ENVIRONMENTS.map((environment) => {
        const available = selection.byEnvironment.get(environment) ?? new Map();
        const placed = namesOf(activeLineage(layout));
        const table = audienceTable({
          audience,
          environment,
          identifier: audience.identifiers.get(environment) as string,
          layout,
          catalog: catalogs.get(environment) as Catalog,
          selected: available,
        });
        return [
          environment,
          {
            available: new Set(available.keys()),
            issue: (names: ReadonlySet<string>, encoding: 'bitset' | 'names') =>
              encodeClaim(
                { ...table, names: placed, encoding },
                placed.flatMap((name, place) => (available.has(name) && names.has(name) ? [place] : [])),
              ),
          },
        ];
      }),
    ),
  };
}

/** An arbitrary order of a first generation, the same for the same seed. */
function shuffle(seed: number): (names: readonly string[]) => readonly string[] {
  return (names) => {
    const result = [...names];
    let state = seed;
    for (let at = result.length - 1; at > 0; at--) {
      state = (state * 1103515245 + 12345) % 2147483648;
      const other = state % (at + 1);
      [result[at], result[other]] = [result[other] as string, result[at] as string];
    }
    return result;
  };
}
