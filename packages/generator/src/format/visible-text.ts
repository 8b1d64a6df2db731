/**
 * Text as a terminal may show it: what would move the cursor, hide or reorder its neighbours stands there as an escape. Line ends and tabs
 * stay, and so does the joiner inside emoji. Within JSON the escapes mean what they stand for.
 */
export function visibleText(text: string): string {
  return text.replace(/(?![\t\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** The same as a part of one line: line ends and tabs are written as JSON writes them. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/[\t\n]/g, (character) => (character === '\n' ? '\\n' : '\\t'));
}
