import { randomHistories } from './histories.js';
import { LAYOUTS } from './layouts.js';
import { READ } from './read-claims.js';
import { REFUSED } from './refused-claims.js';

/** The vectors of whole claims: a claim and the layout it is read against, and what that gives. */
export function claimVectors() {
  const histories = randomHistories();
  return {
    layouts: { ...LAYOUTS, ...Object.fromEntries(histories.map(({ name, reader }) => [name, reader])) },
    read: [
      ...READ.map(([note, name, text, relation, held, asOf]) => ({
        note,
        layout: name,
        claim: text,
        relation,
        held,
        ...asOf,
      })),
      ...histories.map(({ name, text, relation, held }) => ({
        note: 'a random history',
        layout: name,
        claim: text,
        relation,
        held,
      })),
    ],
    refused: REFUSED.map(([note, name, text, code]) => ({ note, layout: name, claim: text, code })),
  };
}
