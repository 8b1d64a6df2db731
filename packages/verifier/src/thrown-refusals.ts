// Refusals that handlers throw, by `requirePermission` or by verifying a token of their own.
import type { Access } from './access.ts';
import type { VerifierError } from './errors.ts';
import type { PassedRequests } from './passed-requests.ts';
import { judgedAccess } from './require-permission.ts';

interface Owner<R extends object, A> {
  readonly passed: PassedRequests<R, string>;
  readonly answer: A;
}

/** The authentications of one app or scope, and which of them answers for a thrown refusal. */
export class ThrownRefusals<R extends object, A> {
  readonly #owners: Owner<R, A>[] = [];

  add(passed: PassedRequests<R, string>, answer: A): void {
    this.#owners.push({ passed, answer });
  }

  has(passed: PassedRequests<R, string>): boolean {
    return this.#owners.some((owner) => owner.passed === passed);
  }

  /** That of the access which was judged, else the last one that let the request pass, else the last one. */
  answerFor(error: VerifierError, request: R): A | undefined {
    const judged = judgedAccess(error);
    const passed = this.#owners.filter((owner) => owner.passed.has(request));
    const owner =
      passed.find((each) => each.passed.get(request) === judged) ?? passed.at(-1) ?? this.#owners.at(-1);
    return owner?.answer;
  }
}

/**
 * Whether another authentication of the request answers for the error: the one that gave the access which was
 * judged.
 */
export function isAnsweredByAnother(
  error: VerifierError,
  request: object,
  access: Access | undefined,
): boolean {
  const judged = judgedAccess(error);
  if (judged === undefined || judged === access) return false;
  const properties = request as { readonly [key: symbol]: unknown };
  return Object.getOwnPropertySymbols(request).some((key) => properties[key] === judged);
}
