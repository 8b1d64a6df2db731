/** What a terminal is at least wide. */
export const COLUMNS = 80;

/**
 * Breaks text between words so that no line passes `width`; words that are longer stand alone. No line begins with `::`, which GitHub Actions
 * would take for a command.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!::)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Text under a first part, the lines after the first indented to its width; `columns` in all. */
export function hang(first: string, text: string, columns: number | undefined = COLUMNS): string {
  return wrap(text, Math.max(20, columns - first.length))
    .map((line, index) => `${index === 0 ? first : ' '.repeat(first.length)}${line}`)
    .join('\n');
}

/** A paragraph whose lines after the first are indented by two; `columns` in all. */
export function indentRest(text: string, columns: number): string {
  return wrap(text, Math.max(20, columns - 2)).join('\n  ');
}
