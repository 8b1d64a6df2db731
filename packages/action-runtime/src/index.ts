export { encodeBody } from './encode-body.ts';
export { encodeClaim } from './encode-claim.ts';
export { OVERFLOW_MARKER } from './fit-claim.ts';
export { onPostLogin } from './on-post-login.ts';
export type { PostLoginApi, PostLoginEvent } from './post-login.ts';
export type { Readers } from './sources.ts';
export {
  type Audience,
  type AudienceTable,
  type ClaimCap,
  type EventSource,
  indexTables,
  type ManagementApiSource,
  type OnError,
  type RolesSource,
  type Runs,
  type Source,
  type Tables,
} from './tables.ts';
