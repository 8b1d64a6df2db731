/**
 * What can be wrong with the Management API. `down`: refuses connections; `silent`: takes them and never answers; `slow`: answers each
 * request after 3 s; `429`: with Auth0's headers; `429-bare`: without; `429-once`: the first request for each URL alone; `garbage`: a
 * page of HTML with status 200; `half-page`: the connection ends inside the JSON; `empty-page`: pages without entries that name a
 * next one, for ever; `wrong-shape`: JSON of another form; `expired-token`: 401 to every token; `forbidden`: a scope is missing.
 */
export type ManagementFault = (typeof managementFaults)[number];

/** Every {@link ManagementFault}. */
export const managementFaults = [
  'down',
  'silent',
  'slow',
  '429',
  '429-bare',
  '429-once',
  '500',
  'garbage',
  'half-page',
  'empty-page',
  'wrong-shape',
  'expired-token',
  'forbidden',
] as const;

/** Milliseconds that `slow` waits before an answer. */
export const slowness = 3_000;
