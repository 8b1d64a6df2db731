// Others have Node's modules, too, and say that they are Node, but not all of their modules do what Node's
// do.
import { userAgent } from './user-agent.ts';

/** Whether this is Node itself: not Bun, not Deno, not workerd with its `nodejs_compat` flag. */
export function isNode(): boolean {
  const { process } = globalThis;
  if (typeof process?.getBuiltinModule !== 'function' || process.release?.name !== 'node') return false;
  const { bun, deno, workerd, uv, v8 } = process.versions;
  if (bun !== undefined || deno !== undefined || workerd !== undefined) return false;
  // Node has a navigator since 21.
  const agent = userAgent();
  return uv !== undefined && v8 !== undefined && (agent === undefined || agent.startsWith('Node.js'));
}
