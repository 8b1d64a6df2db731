/** Text as Markdown shows it literally, on one line. */
export function escapeMarkdown(text: string): string {
  return (
    text
      // Colons, ats and www. make links of bare addresses (GitHub Flavored Markdown, section 6.9).
      .replace(/[\\`*_{}[\]<>()#+!|&~:@-]|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`)
      .replace(/\s+/g, ' ')
  );
}
