// Numbers with their nouns.
import { count } from './count.ts';

/** `1 scope`, `2,000 scopes`: English has no other form, and Intl takes a tenth of the command's start to load. */
export function plural(number: number, one: string, many: string = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
