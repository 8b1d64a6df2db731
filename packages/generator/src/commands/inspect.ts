import { isVerifierError } from '@claimgen/verifier';
import { readPermissions, type WrittenAsOf } from '@claimgen/verifier/unverified';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { LINE_FRAME } from '#auth0/access-token';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { InputError, usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { relativeTime } from '../format/relative-time.ts';
import { oneLine } from '../format/visible-text.ts';
import { planProject } from '../plan/plan.ts';
import { loadProject, type ProjectOptions } from '../project/project.ts';
import { isTooDeep } from '../source-text/faults.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** `claimgen inspect`: what a token carries, read with this config's layouts. Nothing is verified, and the token is not repeated. */
export const inspect: Command = defineCommand({
  describe: 'Show what a token carries, read from standard input',
  argument: {
    name: 'source',
    describe: 'Nothing or -: a token on the command line would stay in the shell history',
    kind: 'optional',
  },
  options: PROJECT_OPTIONS,
  examples: [
    ['$0 inspect < token.txt', 'from a file'],
    ['pbpaste | $0 inspect', 'from the clipboard (macOS)'],
  ],
  async run(values, [source = '-'], process) {
    // An argument stays in the shell's history, and other users see it in the list of processes.
    if (source !== '-') {
      throw usageError(
        'inspect reads the token from standard input, not from an argument',
        'Pipe it in: claimgen inspect < token.txt',
      );
    }
    return inspectToken(projectOptions(values, process), await process.readStdin(), process.now?.());
  },
});

/**
 * @param input the token, or the line `Authorization: Bearer …`
 * @param now for how long ago it was issued and has expired
 * @throws InputError when it is no JWT
 */
function inspectToken(options: ProjectOptions, input: string, now: Date | undefined): CommandResult {
  const token = input.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '');
  const { header, payload } = decode(token);
  const project = loadProject(options);
  const audienceOf = [payload.aud ?? []].flat();
  const audiences = planProject(project)
    .audiences.filter(({ audience: { identifiers } }) =>
      [...identifiers.values()].some((identifier) => audienceOf.includes(identifier)),
    )
    .map(({ audience, layout, selection }) => ({
      name: audience.name,
      ...readClaim(payload, verifierLayout(audience, layout, selection.names)),
    }));
  const bytes = LINE_FRAME + token.length;
  return {
    text: [
      'Nothing of this is verified.',
      `header  ${JSON.stringify(header)}`,
      ...Object.entries(payload).map(
        ([name, value]) =>
          `claim ${JSON.stringify(name)}: ${JSON.stringify(value)}${momentOf(name, value, now)}`,
      ),
      `Authorization line: ${bytes} bytes`,
      ...(audiences.length === 0 ? ['No audience of this config has an identifier in aud.'] : []),
      ...audiences.flatMap((audience) => [
        `${audience.name}: ${'refused' in audience ? `refused, ${audience.refused}` : `layout ${audience.layout}, ${plural(audience.permissions.length, 'permission')}`}${asOfText(audience)}`,
        ...('permissions' in audience ? audience.permissions.map((name) => `  - ${oneLine(name)}`) : []),
      ]),
    ].join('\n'),
    json: { verified: false, header, payload, lineBytes: bytes, audiences },
    exitCode: 0,
  };
}

/** What the claims of RFC 7519, section 4.1, that are moments say of a token. */
const MOMENTS: ReadonlyMap<string, readonly [past: string, future: string]> = new Map([
  ['exp', ['expired', 'expires']],
  ['nbf', ['became valid', 'becomes valid']],
  ['iat', ['issued', 'issued']],
  ['auth_time', ['logged in', 'logged in']],
]);

/** ` (2026-11-26T12:00:00Z, expired 2 hours ago)` for the number of a moment; nothing for other claims. */
function momentOf(name: string, value: unknown, now: Date | undefined): string {
  const words = MOMENTS.get(name);
  const at = new Date(typeof value === 'number' ? value * 1000 : Number.NaN);
  if (words === undefined || Number.isNaN(at.getTime())) return '';
  const moment = at.toISOString().replace(/\.\d+Z$/, 'Z');
  if (now === undefined) return ` (${moment})`;
  const [past, future] = words;
  return ` (${moment}, ${at <= now ? past : future} ${relativeTime(at, now)})`;
}

/** When the permissions were read, where the claim says so. */
function asOfText(reading: Reading): string {
  if (!('asOf' in reading) || reading.asOf === undefined) return '';
  const { at, isReadByAction } = reading.asOf;
  const by = isReadByAction ? 'all by the Action' : 'some by Auth0, up to 20 s before';
  return `, read at ${new Date(at).toISOString()} (${by})`;
}

type Reading =
  | { readonly layout: string; readonly permissions: readonly string[]; readonly asOf?: WrittenAsOf }
  | { readonly refused: string };

function readClaim(payload: Record<string, unknown>, layout: ReturnType<typeof verifierLayout>): Reading {
  try {
    const permissions = readPermissions(payload, layout);
    const { layout: state, asOf } = permissions;
    return { layout: state, permissions: [...permissions], ...(asOf === undefined ? {} : { asOf }) };
  } catch (error) {
    if (!isVerifierError(error)) throw error;
    return { refused: `${error.code}: ${error.message}` };
  }
}

function decode(token: string) {
  const decoded = decodeParts(token);
  // Deeper than anything that a token of Auth0's has, and than what can be printed.
  if (decoded !== undefined && !isTooDeep(decoded)) return decoded;
  throw new InputError([
    {
      code: 'token_unreadable',
      message:
        token === '' ? 'there is no token on standard input' : 'the text on standard input is not a JWT',
      fix: 'Pipe an access token in: three base64url parts with dots between; an opaque token comes of a request without an audience.',
    },
  ]);
}

function decodeParts(token: string) {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
  } catch {
    return undefined;
  }
}
