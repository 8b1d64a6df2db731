// The audiences of two configs, each with what it was before.
import type { AudiencePlan } from './audience-plan.ts';

/** One audience, as it was and as it is. */
export interface AudiencePair {
  readonly was: AudiencePlan | undefined;
  readonly is: AudiencePlan | undefined;
}

/** By key, else by an earlier key, else by the API: an audience that was renamed is no new one. */
export function pairAudiences(
  before: readonly AudiencePlan[],
  after: readonly AudiencePlan[],
): AudiencePair[] {
  const left = new Map(before.map((input) => [input.audience.name, input]));
  const take = (input: AudiencePlan | undefined) => {
    if (input !== undefined) left.delete(input.audience.name);
    return input;
  };
  const byKey = new Map(after.map((is) => [is, take(left.get(is.audience.name))]));
  const byEarlierKey = new Map(
    after.map((is) => [
      is,
      byKey.get(is) ?? take(is.audience.previously.flatMap((name) => left.get(name) ?? [])[0]),
    ]),
  );
  return [
    ...after.map((is) => ({
      is,
      was: byEarlierKey.get(is) ?? take([...left.values()].find((was) => was.identifier === is.identifier)),
    })),
    ...[...left.values()].map((was) => ({ was, is: undefined })),
  ];
}
