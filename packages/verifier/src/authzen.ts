// A client of policy engines that speak OpenID AuthZEN 1.0 (https://openid.net/specs/authorization-api-1_0.html): what coarse permissions
// can't say, such as whose order it is. The claim comes first: where the token lacks the permission, nobody is asked.
import type { Access } from './access.ts';
import { hasPermission, isAccess } from './access.ts';
import { VerifierError } from './errors.ts';
import { tell } from './hooks.ts';
import { withDeadline } from './keys/deadline.ts';
import { checkTransport } from './keys/transport.ts';
import { checkFunction, checkNumber, readOwnOptions } from './own-options.ts';
import { parseUrl } from './parse-url.ts';
import { readText } from './read-text.ts';

/** AuthZEN 1.0, section 5.2. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One question: may the token's subject do this? */
export interface Question {
  readonly action: string;
  readonly resource: Resource;
  /** Of the request, such as its time or address: section 5.4. */
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface AuthzenOptions<P extends string = string> {
  /** Where the engine is: the part of its endpoints before `/access/v1/evaluation`. https, or http on loopback. */
  readonly url: string;
  /** Goes along as a bearer token; a function is called for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** From the request to the last byte of the answer. Default: 300. */
  readonly timeoutMs?: number;
  /** By resource type and action: the permission without which the answer is no, and the engine isn't asked. */
  readonly permissions?: Readonly<Record<string, Readonly<Record<string, P>>>>;
  /** Default: `{ type: 'user', id: access.subject }`. */
  readonly subject?: (access: Access<P>) => Resource;
  /** Told of every answer with another status than 200, which counts as no: an engine that refuses the token, say. */
  readonly log?: (problem: string) => void;
}

export interface Authzen<P extends string = string> {
  /**
   * Whether the engine permits it. Rejects with `decision_unavailable` (503) where it could not be asked in time; every answer
   * but 200 with `"decision": true` is no.
   */
  can(access: Access<P>, action: string, resource: Resource, context?: Question['context']): Promise<boolean>;
  /** Whether the engine permits all of them, in one request; true for none. Rejects as `can` does. */
  canAll(access: Access<P>, questions: readonly Question[]): Promise<boolean>;
}

const OPTIONS = ['url', 'token', 'timeoutMs', 'permissions', 'subject', 'log'] as const;
const MAX_ANSWER_BYTES = 1_048_576;
/** What a proxy answers when the engine does not. */
const GATEWAY_FAULTS: readonly number[] = [502, 503, 504];

/**
 * A client of one engine. Throws a TypeError for options that can't work.
 *
 * @example
 * const engine = authzen({ url: 'https://pdp.acme.example', permissions: { order: { read: 'orders:read' } } });
 * if (!(await engine.can(access, 'read', { type: 'order', id }))) return response.sendStatus(403);
 */
export function authzen<P extends string = string>(options: AuthzenOptions<P>): Authzen<P> {
  const {
    url,
    token,
    timeoutMs = 300,
    permissions,
    subject,
    log,
  } = readOwnOptions(options, OPTIONS, 'authzen');
  const base = checkUrl(url);
  const deadline = checkNumber('timeoutMs', timeoutMs, { least: 1, most: 60_000, whole: true });
  checkFunction('subject', subject);
  checkPermissions(permissions ?? {});
  checkFunction('log', log);

  const subjectOf = (access: Access<P>) => {
    if (subject === undefined) return { type: 'user', id: access.subject };
    const own: unknown = subject(access);
    // In its place the engine would be asked about somebody else.
    if (typeof own !== 'object' || own === null) throw new TypeError('subject must return a subject');
    return own;
  };
  /** Whether the token alone says no. */
  const isDenied = (access: Access<P>, { action, resource }: Question) => {
    const permission = own(own(permissions, resource.type), action);
    return permission !== undefined && !hasPermission(access, permission as P);
  };

  async function ask(endpoint: string, body: object): Promise<unknown> {
    const signal = AbortSignal.timeout(deadline);
    const bearer = typeof token === 'function' ? await token() : token;
    // What fetch would say of such a header has the token in it.
    if (bearer !== undefined && !isToken(bearer)) throw new Error('token must be a bearer token');
    const response = await fetch(`${base}/access/v1/${endpoint}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
      // The URL that was configured is the one that is trusted.
      redirect: 'manual',
      signal,
    });
    if (GATEWAY_FAULTS.includes(response.status))
      throw new Error(`the engine's proxy answered ${response.status}`);
    const text = await readText(response, MAX_ANSWER_BYTES, 'decision');
    if (response.status === 200) return parse(text);
    tell(log, `the engine answered ${response.status} to ${endpoint}: that counts as no`);
    return undefined;
  }

  async function decide(endpoint: string, body: object): Promise<unknown> {
    try {
      // The token's function may hang, too.
      return await withDeadline(() => ask(endpoint, body), deadline / 1000, 'decision');
    } catch (cause) {
      throw new VerifierError('decision_unavailable', 'The policy engine could not be asked', { cause });
    }
  }

  async function can(access: Access<P>, question: Question): Promise<boolean> {
    if (!isAccess(access) || isDenied(access, question)) return false;
    return isYes(await decide('evaluation', { subject: subjectOf(access), ...evaluation(question) }));
  }

  return {
    can: (access, action, resource, context) =>
      can(access, { action, resource, ...(context && { context }) }),
    async canAll(access, questions) {
      if (!isAccess(access) || questions.some((question) => isDenied(access, question))) return false;
      const [first] = questions;
      if (first === undefined) return true;
      // Not every engine has the endpoint for several.
      if (questions.length === 1) return can(access, first);
      const answer = await decide('evaluations', {
        subject: subjectOf(access),
        evaluations: questions.map(evaluation),
        options: { evaluations_semantic: 'deny_on_first_deny' },
      });
      const decisions = own(answer, 'evaluations');
      return Array.isArray(decisions) && decisions.length === questions.length && decisions.every(isYes);
    },
  };
}

/** A misspelt constant is undefined, and the engine alone would decide. */
function checkPermissions(permissions: object): void {
  for (const [type, actions] of Object.entries(permissions)) {
    if (typeof actions !== 'object' || actions === null)
      throw new TypeError(`permissions.${type} must be an object of actions`);
    for (const [action, permission] of Object.entries(actions)) {
      if (typeof permission !== 'string' || permission === '')
        throw new TypeError(`permissions.${type}.${action} must be a string that is not empty`);
    }
  }
}

function evaluation({ action, resource, context }: Question): object {
  return { action: { name: action }, resource, ...(context && { context }) };
}

function isYes(answer: unknown): boolean {
  return own(answer, 'decision') === true;
}

function own(value: unknown, name: string): unknown {
  return Object(value) === value && Object.hasOwn(value as object, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What can be in a header (RFC 9110, section 5.5). */
function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[ -~]+$/.test(token);
}

function checkUrl(url: unknown): string {
  const parsed = typeof url === 'string' ? parseUrl(url) : undefined;
  if (parsed === undefined) throw new TypeError('url must be the URL of the policy engine');
  const { origin, pathname, search, hash } = checkTransport(parsed, 'url');
  if (search !== '' || hash !== '') throw new TypeError('url must be a URL without query and fragment');
  return origin + pathname.replace(/\/+$/, '');
}
