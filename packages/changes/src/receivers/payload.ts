/** The three formats of a log stream's webhook: JSONLINES, JSONARRAY, JSONOBJECT. */
import { parseJson } from '../http/chunks.ts';
import { isObject } from './read.ts';

/** What a body has; `undefined` stands for each part that can't be read. */
export function readPayload(body: string): unknown[] {
  const whole = parseJson(body);
  if (Array.isArray(whole)) return whole;
  if (isObject(whole)) return Array.isArray(whole['logs']) ? whole['logs'] : [whole];
  // A number or a string by itself is a line that can't be read, too.
  return body
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(parseJson);
}
