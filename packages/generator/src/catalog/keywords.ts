/**
 * Replaces `##KEY##` by the value's text and `@@KEY@@` (with quotes around it, or without) by its JSON, as auth0-deploy-cli does
 * before it parses a file (auth0-deploy-cli, docs/keyword-replacement.md).
 */
export function replaceKeywords(text: string, keywords: Readonly<Record<string, unknown>>): string {
  const replaced = Object.entries(keywords).reduce((result, [key, value]) => {
    const json = JSON.stringify(value);
    // Replacement functions, as $& and $1 in a value mean nothing special.
    return result
      .replace(new RegExp(`'@@${key}@@'|"@@${key}@@"|@@${key}@@`, 'g'), () => json)
      .replaceAll(`##${key}##`, () => String(value));
  }, text);
  // Left over without quotes, it would be a syntax error wherever it stands; as a text it is one only where claimgen reads it.
  return replaced.replace(
    /(?<=(?:[:[,]|^[ \t]*-)[ \t]*)@@[A-Za-z0-9_]+@@(?=[ \t]*(?:[,\]}#]|\r?$))/gm,
    (keyword) => JSON.stringify(keyword),
  );
}

/** The first placeholder that nothing replaced, or undefined. */
export function unresolvedKeyword(text: string): string | undefined {
  return /##[A-Za-z0-9_]+##|@@[A-Za-z0-9_]+@@/.exec(text)?.[0];
}
