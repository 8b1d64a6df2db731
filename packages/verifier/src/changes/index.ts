// What @claimgen/changes, @claimgen/resolver and the tests need of change records: the reader, the table, the judgement.
export { tell } from '../hooks.ts';
export type { ChangeFeed, ChangeFrame, ChangePosition } from './frame.ts';
export { readFrame } from './frame.ts';
export { GUARDS } from './guard.ts';
export type { ChangeRecord, ReadRecord } from './record.ts';
export { MAX_ID_LENGTH, readRecord } from './record.ts';
