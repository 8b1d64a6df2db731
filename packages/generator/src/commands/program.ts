// The program: its commands by name, each in a file of its own that is loaded when it is asked for.
import type { Commands, Example } from '../cli/command.ts';

export const PROGRAM_NAME = 'claimgen';

export const PROGRAM_DESCRIPTION =
  'Keeps Auth0 permissions in the access token and makes the token small, provably.';

export const PROGRAM_EXAMPLES: readonly Example[] = [
  ['$0 build', 'write everything that is deployed'],
  ['$0 check --base origin/main', 'the gate in CI'],
  ['$0 explain orders:refund', 'who holds it, and why'],
  ['$0 population --model 1000000', 'how large tokens will be'],
];

export const COMMANDS: Commands = new Map([
  ['build', async () => (await import('./build.ts')).build],
  ['check', async () => (await import('./check.ts')).check],
  ['inspect', async () => (await import('./inspect.ts')).inspect],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['rebase', async () => (await import('./rebase.ts')).rebase],
  ['simulate', async () => (await import('./simulate.ts')).simulate],
  ['population', async () => (await import('./population.ts')).population],
  ['dev', async () => (await import('./dev.ts')).dev],
  ['init', async () => (await import('../tenant-commands/init.ts')).init],
  ['pull', async () => (await import('../tenant-commands/pull.ts')).pull],
  ['deploy', async () => (await import('../tenant-commands/deploy.ts')).deploy],
  ['doctor', async () => (await import('../tenant-commands/doctor.ts')).doctor],
  ['revoke', async () => (await import('../tenant-commands/revoke.ts')).revoke],
  ['publish', async () => (await import('../change-commands/publish.ts')).publish],
  ['log', async () => (await import('../change-commands/log.ts')).log],
  ['hub', async () => (await import('../change-commands/hub.ts')).hub],
  ['gateway', async () => (await import('./gateway.ts')).gateway],
  ['token-proxy', async () => (await import('../token-commands/token-proxy.ts')).tokenProxy],
]);
