// Numbers with their nouns.
import { count } from './count.ts';

/** `1 scope`, `2,000 scopes`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
