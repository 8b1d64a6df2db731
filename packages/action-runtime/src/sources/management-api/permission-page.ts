// The Management API's answer, page by page.
import { SourceFailure } from '../../source-failure.ts';

/** A page of a user's effective permissions. */
export interface PermissionPage {
  readonly names: readonly string[];
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined;
}

/**
 * Checks the answer of GET /api/v2/users/{id}/effective-permissions.
 * @param identifier the API that was asked for: permissions of another are left out
 * @throws SourceFailure for any other shape, as half a list would be a wrong one.
 */
export function permissionPage(answer: unknown, identifier: string): PermissionPage {
  const { permissions, next } = (answer ?? {}) as Record<string, unknown>;
  if (!Array.isArray(permissions) || !isCursor(next)) throw malformed();
  const names = permissions.flatMap((entry: unknown): string[] => {
    const { permission_name: name, resource_server_identifier: api } = (entry ?? {}) as Record<
      string,
      unknown
    >;
    if (typeof name !== 'string') throw malformed();
    return api === undefined || api === identifier ? [name] : [];
  });
  return { names, next: typeof next === 'string' && next !== '' ? next : undefined };
}

function isCursor(next: unknown): boolean {
  return next === undefined || next === null || typeof next === 'string';
}

function malformed(): SourceFailure {
  return new SourceFailure('the Management API did not answer with a list of permissions');
}
