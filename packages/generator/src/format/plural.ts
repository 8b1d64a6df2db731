// Numbers with their nouns.
import { count } from './count.ts';

const RULES = new Intl.PluralRules('en');

/** `1 scope`, `2,000 scopes`. */
export function plural(number: number, one: string, many: string = `${one}s`): string {
  return `${count(number)} ${RULES.select(number) === 'one' ? one : many}`;
}
