// Takes everything from a user at once: a change record first, which APIs hear of in a second, then the sessions and refresh tokens,
// so that no new token comes, and the record again for tokens that came meanwhile.
import { TenantError } from '../errors.ts';
import type { OpenTenant } from '../tenant.ts';
import { call } from '../wire/call.ts';

export interface RevokeOptions {
  /** Publishes the change record `out` for the user, at the beginning and at the end. Without a log, tokens that are out stay good until they expire. */
  readonly publish?: (subject: string) => Promise<void>;
  /** Told of each part when it is done. */
  readonly onStep?: (step: RevokeStep) => void;
}

export type RevokeStep = 'published' | 'sessions' | 'refresh tokens';

export interface Revocation {
  readonly userId: string;
  readonly done: readonly RevokeStep[];
}

/**
 * Revokes what a user has. Repeating it is harmless.
 * @param userId as Auth0 has it: `auth0|507f1f77bcf86cd799439011`
 * @throws TenantError `not_found` before anything is done where there is no such user
 */
export async function revokeUser(
  tenant: OpenTenant,
  userId: string,
  options: RevokeOptions = {},
): Promise<Revocation> {
  const { client, reader } = tenant;
  await assertUser(reader, userId);
  const done: RevokeStep[] = [];
  const finish = (step: RevokeStep): void => {
    done.push(step);
    options.onStep?.(step);
  };
  if (options.publish !== undefined) {
    await options.publish(userId);
    finish('published');
  }
  await call(`revoking the sessions of ${JSON.stringify(userId)}`, client.users.sessions.delete(userId));
  finish('sessions');
  await call(
    `revoking the refresh tokens of ${JSON.stringify(userId)}`,
    client.users.refreshToken.delete(userId),
  );
  finish('refresh tokens');
  // The tenant may have let nobody through for minutes, but for whoever had a refresh token.
  await options.publish?.(userId);
  return { userId, done };
}

async function assertUser(reader: OpenTenant['reader'], userId: string): Promise<void> {
  const what = `reading the user ${JSON.stringify(userId)}`;
  const found = await call(what, reader.users.get(userId, { fields: 'user_id' })).catch((error: unknown) => {
    if (!(error instanceof TenantError && error.code === 'not_found')) throw error;
    throw new TenantError(
      'not_found',
      `the tenant has no user ${JSON.stringify(userId)}`,
      'Give the id as Auth0 has it, such as auth0|507f1f77bcf86cd799439011; the dashboard shows it under the name.',
    );
  });
  if (Object(found).user_id === userId) return;
  throw new TenantError(
    'answer_invalid',
    `${what}: the answer is about another user, or none`,
    'Run the command again; if it stays so, report this.',
  );
}
