// The audiences of two configs, each with what it was before.
import type { AudienceReportInput } from './audience-plan.ts';

/** One audience, as it was and as it is. */
export interface AudiencePair {
  readonly was: AudienceReportInput | undefined;
  readonly is: AudienceReportInput | undefined;
}

/** By key, else by an earlier key, else by the API: an audience that was renamed is no new one. */
export function pairAudiences(
  before: readonly AudienceReportInput[],
  after: readonly AudienceReportInput[],
): AudiencePair[] {
  const left = new Map(before.map((input) => [input.audience.name, input]));
  const take = (input: AudienceReportInput | undefined) => {
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
      was:
        byEarlierKey.get(is) ??
        take([...left.values()].find((was) => identifierOf(was) === identifierOf(is))),
    })),
    ...[...left.values()].map((was) => ({ was, is: undefined })),
  ];
}

function identifierOf({ audience, environment }: AudienceReportInput): string | undefined {
  return audience.identifiers.get(environment);
}
