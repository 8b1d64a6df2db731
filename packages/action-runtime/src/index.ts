// What the generator imports: the encoder, to measure with, and the form of the tables.

export { encodeAsOf } from './as-of.ts';
export { bodyLength } from './body-length.ts';
export { OVERFLOW_MARKER } from './capped-claim.ts';
export { encodeBody } from './encode-body.ts';
export { type ClaimTable, encodeClaim } from './encode-claim.ts';
export type {
  Audience,
  AudienceTable,
  ClaimCap,
  ClientRule,
  EventSource,
  ManagementApiSource,
  OnError,
  RoleRow,
  RolesSource,
  Runs,
  Source,
  Tables,
} from './tables.ts';
