// The project as a tenant that `claimgen dev` serves: its Actions run for the users of the fixtures, as `simulate` runs them.
import type { DevTenant, Login, LoginRequest, SigningAlgorithm } from '@claimgen/dev';
import { loginEvent } from '#simulator/event/events';
import { issueMachineToken } from '#simulator/host/issue-machine-token';
import { assertNoProblems } from '../errors.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Project } from '../project/project.ts';
import { issuedToken, signingOf } from '../simulate/issued-token.ts';
import { judgeLogin } from '../simulate/login-verdict.ts';
import { openLogins } from '../simulate/open-logins.ts';
import { loginOf } from '../simulate/plan-logins.ts';
import type { PlannedLogin } from '../simulate/planned-login.ts';
import type { SimulatedUser } from '../simulate/simulated-user.ts';
import { prepareSimulation } from '../simulate/simulation.ts';
import { createNameCheck } from '../simulate/unknown-names.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import { type Granted, grantedBy } from './changes-between.ts';
import type { Fixtures } from './fixtures.ts';
import { assertFixturesFit } from './fixtures-fit.ts';

/** A tenant that runs Actions until it is closed. */
export interface OpenTenant extends DevTenant {
  readonly granted: Granted;
  /** Ends it when the logins that are being run are done. */
  close(): Promise<void>;
}

/**
 * Builds the Actions in memory and loads them.
 * @throws InputError; ActionLoadError
 */
export async function openTenant(project: Project, fixtures: Fixtures): Promise<OpenTenant> {
  const { plan, codes, secretNames } = prepareSimulation(project, { cwd: project.folder });
  const { catalog } = plan;
  assertSigned(plan, project.config.file);
  assertFixturesFit(fixtures, plan);
  const users = new Map(fixtures.users.map((user) => [user.id, user]));
  const audiences = new Map(plan.audiences.map((audience) => [audience.identifier, audience]));
  const layouts = new Map(
    plan.audiences.map(({ audience, layout, selection }) => [
      audience,
      verifierLayout(audience, layout, selection.names),
    ]),
  );
  const apis = new Set([
    ...audiences.keys(),
    ...catalog.apis.map(({ identifier }) => identifier),
    ...catalog.permissions.flatMap(({ audience = [] }) => audience),
  ]);
  const unknownNames = createNameCheck(catalog, plan.audiences);
  const runner = await openLogins({ codes, secretNames, catalog }, {});
  const lifetimeOf = (identifier: string): number | undefined =>
    catalog.apis.find((api) => api.identifier === identifier)?.tokenLifetime;

  async function login(request: LoginRequest): Promise<Login> {
    const user = users.get(request.userId);
    if (user === undefined) throw new TypeError('the fixtures have no such user');
    const planned = plannedLogin(request, user, audiences);
    const run = await runner.run(planned);
    const layout = planned.audience === undefined ? undefined : layouts.get(planned.audience);
    const unknown = unknownNames(user, run.event, planned.audience);
    const verdict = judgeLogin({ planned, run, catalog, layout, unknown, faulty: false });
    const claim = layout === undefined ? undefined : run.result.accessTokenClaims[layout.claim];
    return {
      request,
      outcome: verdict.outcome,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      event: run.event,
      scope: run.result.scope,
      idTokenClaims: run.result.idTokenClaims,
      ...(claim === undefined ? {} : { claim }),
      permissions: verdict.permissions,
      ...(verdict.refused === undefined ? {} : { refused: verdict.refused }),
      log: verdict.log,
      unknown,
      token(issuance) {
        const payload = issuedToken(planned, run, catalog, issuance);
        return payload === undefined ? undefined : { ...headerOf(planned), payload };
      },
    };
  }

  return {
    granted: grantedBy(plan, fixtures),
    users: fixtures.users.map((user) => ({
      id: user.id,
      roles: user.roles,
      ...(user.organization === undefined ? {} : { organization: user.organization }),
      profile: loginEvent({ user: { id: user.id, profile: user.profile } }).user,
    })),
    clients: fixtures.clients,
    hasApi: (identifier) => apis.has(identifier),
    login,
    machineToken(request, { issuer, at, id }) {
      const audience = audiences.get(request.audience)?.audience;
      const lifetime = lifetimeOf(request.audience);
      const { profile } = signingOf({ audience });
      const payload = issueMachineToken(
        request,
        { issuer, profile, ...(lifetime === undefined ? {} : { lifetime }) },
        { at, id },
      );
      return { ...headerOf({ audience }), payload };
    },
    close: () => runner.close(),
  };
}

/** The login that a request asks for, as `simulate` would plan it for the same user, client and scopes. */
function plannedLogin(
  { audience: identifier, clientId, firstAudience, flow, scopes }: LoginRequest,
  fixture: SimulatedUser,
  audiences: ReadonlyMap<string, AudiencePlan>,
): PlannedLogin {
  const user = { ...fixture, client: clientId, scopes };
  const plan = identifier === undefined ? undefined : audiences.get(identifier);
  return {
    ...(plan === undefined ? { user, flow, audience: undefined, identifier } : loginOf(plan, user, flow)),
    ...(firstAudience === undefined ? {} : { firstAudience }),
  };
}

/** The JOSE header's members that an API's settings decide. */
function headerOf(planned: Pick<PlannedLogin, 'audience'>): {
  readonly algorithm: SigningAlgorithm;
  readonly type: 'JWT' | 'at+jwt';
} {
  const { algorithm, profile } = signingOf(planned);
  return {
    algorithm: algorithm === 'PS256' ? 'PS256' : 'RS256',
    type: profile === 'rfc9068' ? 'at+jwt' : 'JWT',
  };
}

/** HS256 signs with a secret that the API shares with the tenant: there is no tenant here to share one. */
function assertSigned({ audiences }: Plan, file: string): void {
  const names = audiences.filter(({ audience }) => audience.token.algorithm === 'HS256');
  assertNoProblems(
    names.map(({ audience }) => ({
      code: 'config_invalid' as const,
      file,
      path: `audiences.${audience.name}.token.algorithm`,
      message: 'claimgen dev does not sign with HS256, whose secret the API and the tenant share',
      fix: 'Use RS256, or test this API with claimgen simulate.',
    })),
  );
}
