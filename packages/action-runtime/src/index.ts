export { encodeBody } from './encode-body.ts';
export { encodeClaim } from './encode-claim.ts';
export { onPostLogin } from './on-post-login.ts';
export type { PostLoginApi, PostLoginEvent } from './post-login.ts';
export {
  type Audience,
  type AudienceTable,
  type EventSource,
  indexTables,
  type RolesSource,
  type Source,
} from './tables.ts';
