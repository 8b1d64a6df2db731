// Every user with the roles that they hold: Auth0's export job for the profiles, joined with who is in which role.
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { pollUntil } from '../deploy/poll.ts';
import { repeatUnknown } from '../deploy/repeat-unknown.ts';
import { TenantError } from '../errors.ts';
import { readCheckpointList } from '../paging/checkpoint-list.ts';
import { readOffsetList } from '../paging/offset-list.ts';
import { checkpointPage, roleList } from '../pull/lists.ts';
import type { OpenTenant } from '../tenant.ts';
import { call } from '../wire/call.ts';
import type { Transport } from '../wire/exchange.ts';

export interface ExportUsersOptions {
  /** Fields of profiles other than the id, such as `app_metadata`: those that the config's event sources read. */
  readonly fields?: readonly string[];
  /** Downloads the finished file, which lies on another host than the tenant, without a token. */
  readonly download?: Transport;
}

/** A user as `claimgen population` reads them. */
export interface ExportedUser {
  readonly user_id: string;
  readonly roles: readonly string[];
  readonly [field: string]: unknown;
}

/**
 * Exports users, one by one. Permissions that users hold directly are not in it: Auth0 tells them for one user at a time.
 * Roles from organizations and groups are not in it either.
 * @throws TenantError
 * @example
 * for await (const user of exportUsers(tenant)) file.write(`${JSON.stringify(user)}\n`);
 */
export async function* exportUsers(
  tenant: OpenTenant,
  options: ExportUsersOptions = {},
): AsyncGenerator<ExportedUser> {
  const rolesOf = await readMembers(tenant);
  const location = await runJob(tenant, options.fields ?? []);
  for await (const profile of download(location, options.download ?? ((request) => fetch(request)))) {
    const { user_id } = profile;
    if (typeof user_id !== 'string') throw malformed('a line has no user_id');
    yield { ...profile, user_id, roles: rolesOf.get(user_id) ?? [] };
  }
}

/** Roles by user id. */
async function readMembers({ reader }: OpenTenant): Promise<Map<string, string[]>> {
  const rolesOf = new Map<string, string[]>();
  for (const { id, name } of await readOffsetList(roleList(reader))) {
    const what = `users of the role ${JSON.stringify(name)}`;
    const members = await readCheckpointList({
      what,
      key: (user: string) => user,
      page: async (from, take) => {
        const list = reader.roles.users.list(id, { take, ...(from === undefined ? {} : { from }) });
        const { response } = await call(`reading the ${what}`, list);
        return checkpointPage(what, response, 'users', ({ user_id }) => {
          if (typeof user_id !== 'string')
            throw malformed(`a user of the role ${JSON.stringify(name)} has no id`);
          return user_id;
        });
      },
    });
    for (const user of members) {
      const roles = rolesOf.get(user);
      if (roles === undefined) rolesOf.set(user, [name]);
      else roles.push(name);
    }
  }
  return rolesOf;
}

/** Starts the job, waits for it, and tells where its file is, for a minute. */
async function runJob(tenant: OpenTenant, fields: readonly string[]): Promise<string> {
  const request = { format: 'json' as const, fields: ['user_id', ...fields].map((name) => ({ name })) };
  let id = '';
  // A job that was started without our hearing of it does no harm: its file is deleted after a day.
  await repeatUnknown(
    async () => {
      ({ id } = await call('starting the export of users', tenant.client.jobs.usersExports.create(request)));
    },
    async () => undefined,
  );
  if (typeof id !== 'string') throw malformed('the job has no id');
  return pollUntil(
    tenant,
    'the export of users is finished',
    async () => {
      const job: Readonly<Record<string, unknown>> = Object(
        await call('reading the export job', tenant.reader.jobs.get(id)),
      );
      if (job['status'] === 'failed') {
        throw new TenantError(
          'request_refused',
          "Auth0's export of users failed",
          'Run the command again; the dashboard shows the job under User Management.',
        );
      }
      return job['status'] === 'completed' && typeof job['location'] === 'string'
        ? job['location']
        : undefined;
    },
    MAX_EXPORT_TIME,
  );
}

/** Milliseconds: exports of many users take long. */
const MAX_EXPORT_TIME = 2 * 3_600_000;

async function* download(
  location: string,
  transport: Transport,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  // The link is signed: it is in no message.
  const response = await transport(new Request(location)).catch(() => undefined);
  if (response?.ok !== true || response.body === null) {
    throw new TenantError(
      'tenant_unreachable',
      `the file of the export can't be downloaded (${response?.status ?? 'no connection'})`,
      'Run the command again.',
    );
  }
  const bytes = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  const unpacked = bytes.pipe(createGunzip());
  bytes.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const line of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() !== '') yield Object(JSON.parse(line));
    }
  } catch (error) {
    if (error instanceof TenantError) throw error;
    throw malformed('the file is cut off, or is not gzipped JSON lines');
  }
}

function malformed(message: string): TenantError {
  return new TenantError(
    'answer_invalid',
    `the export of users: ${message}`,
    'Run the command again; if it stays so, report this.',
  );
}
