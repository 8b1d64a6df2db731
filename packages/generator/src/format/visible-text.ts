// Foreign text on a terminal and in a CI system's log: names, identifiers, patterns, messages of other programs.

/** What moves the cursor, hides or reorders its neighbours, or ends a line somewhere; the joiner inside emoji does not. */
const HIDDEN = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What begins a command to Azure Pipelines, TeamCity and older GitHub runners, anywhere in a line: `##[`, `##vso[`, `##teamcity[`. */
const COMMAND = /#(?=#\w*\[)/g;

/**
 * Foreign text as a part of one line: line ends, tabs, everything that is not to be seen and what a CI system would read as a command are
 * written as JSON escapes.
 * @example oneLine('Admin\n::error::forged') // 'Admin\\n::error::forged'
 */
export function oneLine(text: string): string {
  return text.replace(HIDDEN, escaped).replace(COMMAND, '\\u0023');
}

/** A plain value with every string in it as `oneLine` writes it; what a formatter makes lines of. Keys stay as they are. */
export function shown<T>(value: T): T {
  if (typeof value === 'string') return oneLine(value) as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shown(entry)])) as T;
}

/**
 * Everything that is printed, at the edge: lines of text, or JSON, in which the escapes mean what they stand for. Line ends and tabs stay.
 * A line that would be a command to GitHub Actions (`::error::`), Azure Pipelines (`##vso[…]`, `##[…]`) or TeamCity (`##teamcity[…]`) is none.
 * Sources: actions/runner, src/Runner.Common/ActionCommand.cs: `::` after spaces, `##[` anywhere; microsoft/azure-pipelines-agent, Command.cs
 */
export function visibleText(text: string): string {
  return visibleCommands(text).replace(/^([^\S\n]*):(?=:)/gm, '$1\\u003a');
}

/** The same for lines that are to be commands to GitHub Actions, whose values are escaped by its own rules. */
export function visibleCommands(text: string): string {
  return text
    .replace(HIDDEN, (characters) => (/^[\t\n]$/.test(characters) ? characters : escaped(characters)))
    .replace(COMMAND, '\\u0023');
}

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(characters: string): string {
  return (
    SHORT[characters] ??
    Array.from({ length: characters.length }, (_, index) => escapedUnit(characters.charCodeAt(index))).join(
      '',
    )
  );
}

function escapedUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
