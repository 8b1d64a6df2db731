/**
 * What is wrong with a path in Auth0's event as a source of permissions. Only what the tenant's administrators and their code write may grant: an
 * allow-list, as Auth0 adds to the event.
 */
export function eventPathProblem(
  path: readonly string[],
): { readonly message: string; readonly mend: string } | undefined {
  const [root, second] = path;
  const mend = 'Use a list that administrators write, such as user.app_metadata.permissions.';
  if (path.some((key) => key === '')) return { message: 'the path has an empty key', mend };
  if (root === 'user' && second === 'user_metadata') {
    return { message: 'users can write to user.user_metadata, and could grant themselves anything', mend };
  }
  if (root === 'request' || root === 'transaction' || root === 'prompt') {
    return {
      message: `event.${root} comes from the request, and users could grant themselves anything`,
      mend,
    };
  }
  if (root === 'user' && second === 'permissions' && path.length === 2) {
    return {
      message: "Auth0's event has no user.permissions",
      mend: 'Use roles, or user.app_metadata.permissions if your own code fills it.',
    };
  }
  if (root === 'user' && second !== undefined) return undefined;
  if ((root === 'organization' || root === 'client') && second === 'metadata' && path.length > 2)
    return undefined;
  return { message: `event.${path.join('.')} is not a place for a list of permissions`, mend };
}
