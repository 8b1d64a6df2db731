import type { ClientRule } from '@claimgen/action-runtime';
import { permissionKey } from '../catalog/catalog.ts';
import { organizationRoleNotes } from '../catalog/organization-roles.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { describeClients } from '../config/clients.ts';
import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { oneLine, shown } from '../format/visible-text.ts';
import { hang } from '../format/wrap.ts';
import { namesOf } from '../layout/layout.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { type Plan, planProject } from '../plan/plan.ts';
import { loadProject, type ProjectOptions } from '../project/project.ts';
import { compilePatterns } from '../selection/pattern.ts';
import { candidatesOf } from '../selection/select.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** `claimgen explain <permission>`: which pattern selects or drops it in which audience, its place, the roles that grant it. */
export const explain: Command = defineCommand({
  describe: 'Show which patterns select a permission, its place and its roles',
  argument: { name: 'permission', describe: 'The name, as given to hasPermission', kind: 'required' },
  options: PROJECT_OPTIONS,
  examples: [['$0 explain orders:refund', 'patterns, place and roles']],
  run: (values, [permission = ''], process) => explainPermission(projectOptions(values, process), permission),
});

/** What one audience does with a permission. */
interface Explanation {
  readonly name: string;
  readonly selected: boolean;
  readonly selectedBy: readonly string[];
  readonly excludedBy: readonly string[];
  /** By lineage number, where it has a place. */
  readonly places: readonly { readonly lineage: number; readonly place: number; readonly active: boolean }[];
  /** The roles of the chosen environment that grant it. */
  readonly roles: readonly string[];
  /** Whether the claim carries it for every request of a client, or only where it is requested as a scope. */
  readonly grant: AudienceConfig['grant'];
  /** The clients whose tokens carry it; null for all. */
  readonly clients: ClientRule | null;
}

/** @throws InputError when no catalog and no layout knows the name */
function explainPermission(options: ProjectOptions, name: string): CommandResult {
  const project = loadProject(options);
  const plan = planProject(project);
  const { catalog } = plan;
  const explanations = plan.audiences.map((audience) => explainIn(audience, plan, name));
  const known =
    // One of another API goes by another name here, and may be excluded.
    explanations.some(({ places, selectedBy }) => places.length + selectedBy.length > 0) ||
    [...project.catalogs.values()].some(({ permissions }) =>
      permissions.some((permission) => permission.name === name),
    );
  if (!known) throw unknownPermission(name, plan);
  const goesByRoles = project.config.audiences.some(
    ({ sources }, index) =>
      explanations[index]?.selected === true && factsOfAll(sources).some(({ needs }) => needs.roles),
  );
  const notes = goesByRoles ? [ROLE_TABLE_NOTE] : [];
  const warnings = [
    ...(/[*?{]/.test(name)
      ? [
          `${name} is an ordinary name: hasPermission does not read it as a pattern, and holding it grants nothing else.`,
        ]
      : []),
    // Somebody who looks for such a role among those that grant it should know why it is not there.
    ...organizationRoleNotes(catalog),
  ];
  return {
    text: [
      ...warnings.map((warning) => `note: ${oneLine(warning)}`),
      ...explanations.map((explanation) => format(oneLine(name), shown(explanation))),
      ...notes.map((note) => hang('note: ', oneLine(note))),
    ].join('\n'),
    json: { permission: name, warnings, notes, audiences: explanations },
    exitCode: 0,
  };
}

/** Why a user who has one of these roles may be denied, or one who has none of them granted. */
const ROLE_TABLE_NOTE =
  'Roles are those of the catalog. A login goes by the role table of the deployed Action, which may be older than the tenant: after a change of roles, export, build and deploy.';

function explainIn(
  { audience, environment, selection, selected, layout }: AudiencePlan,
  { catalog, catalogs }: Plan,
  name: string,
): Explanation {
  // A name may come from this API, from none, or from another under a prefix.
  const origins = new Set(
    [...catalogs].flatMap(([at, other]) =>
      [...candidatesOf(audience, at, other)]
        .filter((candidate) => candidate.name === name)
        .map(({ from }) => from),
    ),
  );
  const matching = compilePatterns(audience).filter((pattern) =>
    [...origins].some((from) => pattern.matches(name, from)),
  );
  const describe = ({ kind, text }: (typeof matching)[number]) => `${kind} ${text}`;
  const permission = selected.get(name);
  const key = permission === undefined ? undefined : permissionKey(permission);
  return {
    name: audience.name,
    selected: selection.names.includes(name),
    selectedBy: matching.filter(({ kind }) => kind !== 'negated glob').map(describe),
    excludedBy: matching.filter(({ kind }) => kind === 'negated glob').map(describe),
    places: layout.lineages.flatMap((lineage, number) => {
      const place = namesOf(lineage).indexOf(name);
      return place === -1 ? [] : [{ lineage: number, place, active: number === layout.active }];
    }),
    roles: catalog.roles
      .filter(({ permissions }) => permissions.some((granted) => permissionKey(granted) === key))
      .map((role) => role.name),
    grant: audience.grant,
    clients: audience.clients.get(environment) ?? null,
  };
}

function format(name: string, explanation: Explanation): string {
  const { name: audience, selected, selectedBy, excludedBy, places, roles, grant, clients } = explanation;
  const why =
    excludedBy.length > 0
      ? `excluded by ${excludedBy.join(', ')}`
      : selected
        ? `selected by ${selectedBy.join(', ')}`
        : places.length > 0
          ? 'no longer in the catalog or selected: it keeps its place and is not granted'
          : 'not selected';
  return [
    `${audience}: ${name} is ${why}`,
    ...places.map(
      ({ lineage, place, active }) =>
        `  place ${place} of lineage ${lineage}${active ? ', which the Action writes' : ''}`,
    ),
    ...(selected
      ? [
          roles.length === 0
            ? '  no role grants it'
            : `  granted by ${roles.length === 1 ? 'the role' : `${roles.length} roles:`} ${roles.join(', ')}`,
          ...(grant === 'all' ? [] : [`  only where the client requests the scope ${name}`]),
          ...(clients === null ? [] : [`  only ${describeClients(clients, (id) => id)}`]),
        ]
      : []),
  ].join('\n');
}

function unknownPermission(name: string, { catalogs, audiences }: Plan): InputError {
  const names = [
    ...[...catalogs.values()].flatMap(({ permissions }) => permissions.map((permission) => permission.name)),
    ...audiences.flatMap(({ selection }) => selection.names),
  ];
  const near = closest(name, names);
  return new InputError([
    {
      code: 'usage',
      message: `no catalog has a permission named ${JSON.stringify(name)}`,
      fix: near === undefined ? 'Check the spelling, or export the catalog again.' : `Did you mean ${near}?`,
    },
  ]);
}
