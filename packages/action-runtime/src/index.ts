// What the generator imports: the encoder, to measure with, and the form of the tables. What a resolver imports: the parts of an Action
// that say what a user holds.

export { addRuns } from './add-runs.ts';
export { admitsClient } from './admits-client.ts';
export { encodeAsOf } from './as-of.ts';
export { bodyLength } from './body-length.ts';
export { OVERFLOW_MARKER } from './capped-claim.ts';
export { encodeBody } from './encode-body.ts';
export { type ClaimTable, encodeClaim } from './encode-claim.ts';
export { type HeldPlaces, placesOf } from './held-places.ts';
export type { Login, Parts, Reader } from './login.ts';
export type { PostLoginApi, PostLoginEvent } from './post-login.ts';
export { SourceFailure } from './source-failure.ts';
export { readEvent } from './sources/event.ts';
export { decodeBody } from './sources/management-api/decode-body.ts';
export { permissionPage } from './sources/management-api/permission-page.ts';
export { readRoles } from './sources/roles.ts';
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
export { indexTables, sizeOf } from './tables.ts';
