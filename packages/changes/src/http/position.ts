/** A position as the id of a server-sent event. */
import type { ChangePosition } from '@claimgen/verifier/changes';

/** Printable ASCII: it comes back in a header. */
export function formatPosition({ epoch, to }: ChangePosition): string {
  return `${encodeURIComponent(epoch)}~${encodeURIComponent(to)}`;
}

/** Undefined for what is none, and for the position of a snapshot's part. */
export function parsePosition(id: string | null | undefined): ChangePosition | undefined {
  const [epoch, to, ...rest] = (id ?? '').split('~');
  if (!epoch || !to || rest.length > 0) return undefined;
  try {
    return { epoch: decodeURIComponent(epoch), to: decodeURIComponent(to) };
  } catch {
    return undefined;
  }
}
