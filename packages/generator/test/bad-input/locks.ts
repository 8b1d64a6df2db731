// A lock of two generations, with one part replaced, and the verifier that goes with it.
import { generationIds } from '../../src/layout/ids.ts';
import { replaceOnce } from './refusal.ts';

/** Two generations of an audience, each with one permission. */
function orders(name: string) {
  const [first, second] = generationIds(name, 0, [['orders:read'], ['orders:write']]);
  return {
    active: 0,
    lineages: [
      [
        { id: first, permissions: ['orders:read'] },
        { id: second, permissions: ['orders:write'] },
      ],
    ],
  };
}

export const LOCK = `${JSON.stringify({ lockfileVersion: 1, audiences: { orders: orders('orders') } }, null, 2)}\n`;

/** The lock with one part replaced. */
export function lock(part: string, by: string): { 'claimgen.lock.json': string } {
  return { 'claimgen.lock.json': replaceOnce(LOCK, part, by) };
}

/** A verifier of the audience, as a build leaves it behind. */
export function verifier(name: string): Record<string, string> {
  const layout = { format: 'claimgen-layout-1', name, claim: 'pz', ...orders(name), withdrawn: [] };
  return { 'claimgen/verifier/orders.json': JSON.stringify(layout, null, 2) };
}
