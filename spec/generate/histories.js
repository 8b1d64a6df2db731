import { chooseBody, generationIds, toRuns } from '../reference.js';
import { layout } from './layouts.js';
import { seeded } from './random.js';

/** An issuer and a reader that grew apart; what is held follows from what was granted, without reading the claim. */
export function randomHistories() {
  const random = seeded(90210);
  return Array.from({ length: 40 }, (_, index) => {
    const grow = (prefix, most) =>
      Array.from({ length: random(most + 1) }, (_, g) =>
        Array.from({ length: 1 + random(6) }, (_, i) => `${prefix}${g}:${i}`),
      );
    const shared = [['base:read'], ...grow('shared', 3)];
    const apart = random(3) === 0;
    const issuer = [...shared, ...grow('issuer', 2)];
    const reader = apart ? [...shared, ...grow('reader', 2)] : shared.slice(0, 1 + random(shared.length));
    const common = apart ? shared.length : reader.length;
    const granted = issuer.flat().filter(() => random(3) === 0);
    const named = Math.max(
      1,
      ...issuer.map((names, g) => (names.some((name) => granted.includes(name)) ? g + 1 : 1)),
    );
    const agreed = Math.min(named, common);
    const away = reader.flat().filter(() => random(9) === 0);
    const places = granted.map((name) => issuer.flat().indexOf(name));
    const name = `history ${index}`;
    return {
      name,
      reader: layout('orders', 0, [reader], away),
      text: `${generationIds('orders', 0, issuer.slice(0, named)).join('')}.${chooseBody(toRuns(places))}`,
      relation: relation(named, agreed, reader.length),
      held: reader
        .slice(0, agreed)
        .flat()
        .filter((held) => granted.includes(held) && !away.includes(held)),
    };
  });
}

function relation(named, agreed, known) {
  if (agreed < named && agreed < known) return 'forked';
  if (named === known) return 'current';
  return named < known ? 'older' : 'newer';
}
