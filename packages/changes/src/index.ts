export type { ChangeFeed, ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
export type { RoleTables } from './difference.ts';
export { difference } from './difference.ts';
export type { ChangesErrorCode } from './errors.ts';
export { ChangesError } from './errors.ts';
export type { HttpFeedOptions } from './http/http-feed.ts';
export { openHttpFeed } from './http/http-feed.ts';
export type { Hub, HubOptions, Route } from './hub/hub.ts';
export { createHub } from './hub/hub.ts';
export { toListener } from './hub/listener.ts';
export type { InitJournalOptions } from './journal/init-journal.ts';
export { initJournal } from './journal/init-journal.ts';
export type { JournalOptions } from './journal/journal.ts';
export { openJournal } from './journal/journal.ts';
export type { ChangeLog, LogOptions } from './log.ts';
export { openMemoryLog } from './memory-log.ts';
export type { Change, NamedLayout, PublishOptions } from './publish.ts';
export { changedAt, publish } from './publish.ts';
export type { Cursor } from './receivers/cursor.ts';
export { fileCursor } from './receivers/cursor.ts';
export type { FollowEventsOptions } from './receivers/follow-events.ts';
export { followEvents } from './receivers/follow-events.ts';
export type { PollOptions } from './receivers/management-api.ts';
export type { PollLogsOptions } from './receivers/poll-logs.ts';
export { pollLogs } from './receivers/poll-logs.ts';
export type { ApiPermission, TenantNames } from './receivers/tenant-names.ts';
export type { ReceiverOptions, WebhookOptions } from './receivers/webhook.ts';
export { receiveEventStream, receiveLogStream } from './receivers/webhook.ts';
export type {
  RedisClientLike,
  RedisClusterLike,
  StreamClient,
  StreamConnection,
  ValkeyClient,
} from './valkey/connection.ts';
export type { InitValkeyOptions, ValkeyOptions } from './valkey/valkey-log.ts';
export { initValkeyLog, openValkeyLog } from './valkey/valkey-log.ts';
