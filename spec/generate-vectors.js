// Writes vectors/*.json: node spec/generate-vectors.js
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bodyVectors } from './generate/bodies.js';
import { claimVectors } from './generate/claims.js';
import { idVectors } from './generate/ids.js';
import { nameVectors } from './generate/names.js';

/** Each file's name and text. */
export function vectorFiles() {
  return new Map(
    Object.entries({
      bodies: bodyVectors(),
      ids: { ids: idVectors() },
      claims: claimVectors(),
      names: nameVectors(),
    }).map(([name, lists]) => [`${name}.json`, `{\n${Object.entries(lists).map(rendered).join(',\n')}\n}\n`]),
  );
}

/** One vector a line, ASCII only. */
function rendered([key, list]) {
  const lines = Array.isArray(list)
    ? list.map((vector) => `    ${JSON.stringify(vector)}`)
    : Object.entries(list).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const [open, close] = Array.isArray(list) ? '[]' : '{}';
  return `  ${JSON.stringify(key)}: ${open}\n${lines.join(',\n')}\n  ${close}`.replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of vectorFiles())
    writeFileSync(new URL(`./vectors/${name}`, import.meta.url), text);
}
