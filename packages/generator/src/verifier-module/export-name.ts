/** Words that can't name a module-level constant (ECMA-262, ReservedWord and strict mode), and those with a meaning of their own. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** An audience's name in camelCase, with `_` before a digit or a reserved word: `orders-eu` as `ordersEu`. */
export function exportName(audienceName: string): string {
  const words = audienceName.split(/[._-]+/).filter((word) => word !== '');
  const name = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join('');
  return /^\d/.test(name) || RESERVED.has(name) ? `_${name}` : name;
}

/** The name of the audience's permission type: `OrdersEuPermission`. */
export function typeName(audienceName: string): string {
  const name = upperFirst(exportName(audienceName).replace(/^_/, ''));
  return `${/^\d/.test(name) ? '_' : ''}${name}Permission`;
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
