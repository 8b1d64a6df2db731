import { readBody } from '../reference.js';
import { acceptedBodies } from './accepted-bodies.js';
import { refusedBodies } from './refused-bodies.js';

/** The vectors of bodies: what a text holds and whether it is what an encoder writes for that, and what is refused. */
export function bodyVectors() {
  const accepted = distinct(acceptedBodies());
  const refused = distinct(refusedBodies(accepted));
  for (const { body, runs } of accepted) {
    if (JSON.stringify(readBody(body)?.runs) !== JSON.stringify(runs))
      throw new Error(`not accepted: ${body}`);
  }
  for (const { body } of refused) if (readBody(body) !== null) throw new Error(`not refused: ${body}`);
  return { accepted, refused };
}

function distinct(vectors) {
  return vectors.filter(({ body }, index) => vectors.findIndex((vector) => vector.body === body) === index);
}
