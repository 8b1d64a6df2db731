/** The paths under which administrators, and their code, write and nobody else. */
const ADMINISTERED = ['user.app_metadata', 'client.metadata', 'organization.metadata'];

/**
 * What is wrong with a path in Auth0's event as a source of permissions. Only what the tenant's administrators and their code write may grant: an
 * allow-list, as Auth0 adds to the event.
 * @param trusted whether the config says that the rest of the user's profile may grant, too
 */
export function eventPathProblem(
  path: readonly string[],
  trusted: boolean,
): { readonly message: string; readonly fix: string } | undefined {
  const [root, second] = path;
  const fix = 'Use an array that administrators write, such as user.app_metadata.permissions.';
  if (path.some((key) => key === '')) return { message: 'the path has an empty key', fix };
  if (root === 'user' && second === 'user_metadata') {
    return { message: 'users can write to user.user_metadata, and could grant themselves anything', fix };
  }
  if (root === 'request' || root === 'transaction' || root === 'prompt') {
    return {
      message: `event.${root} comes from the request, and users could grant themselves anything`,
      fix,
    };
  }
  const name = path.join('.');
  if (ADMINISTERED.some((place) => name.startsWith(`${place}.`))) return undefined;
  if (root !== 'user' || second === undefined || second === 'app_metadata') {
    return { message: `event.${name} is not a place for an array of permissions`, fix };
  }
  if (trusted) return undefined;
  if (name === 'user.permissions') {
    return {
      message: "Auth0's event has no user.permissions",
      fix: 'Use roles, or user.app_metadata.permissions if your own code fills it.',
    };
  }
  return {
    message: `an identity provider, a custom database or the user may fill ${name}`,
    fix: `${fix} Where only you decide what stands there, add trusted: true to this entry.`,
  };
}
