// Our errors on their way through Auth0's client. Where its `fetch` rejects, the client (7.1.0, makeRequest) never clears the timer of its
// timeout, and the process does not end for as long as that runs. So the fetch answers instead, with a status that no server has, and
// `call` finds the error again.
import { randomUUID } from 'node:crypto';

/** A status that no server is registered to answer with. */
const STATUS = 599;

const failures: Map<string, unknown> = new Map();

/** An answer that stands for what was thrown. */
export function asAnswer(error: unknown): Response {
  const id = randomUUID();
  failures.set(id, error);
  // For who uses the client without `call`.
  const message = error instanceof Error ? error.message : 'unknown error';
  return Response.json({ failure: id, message }, { status: STATUS });
}

/** What an answer of {@link asAnswer} stands for; undefined for the tenant's own. */
export function failureOf(status: unknown, body: unknown): { readonly error: unknown } | undefined {
  const { failure } = Object(body) as { readonly failure?: unknown };
  if (status !== STATUS || typeof failure !== 'string' || !failures.has(failure)) return undefined;
  const error = failures.get(failure);
  failures.delete(failure);
  return { error };
}
