import { createHash } from 'node:crypto';

/**
 * The ids of a lineage's generations: spec/claim-format.md, "Ids".
 * @param audienceName the audience's name in the config
 * @param lineage its number, from 0
 * @param generations the names of each generation
 * @returns one id a generation: the first 36 bits of SHA-256 as 6 base64url characters
 */
export function generationIds(
  audienceName: string,
  lineage: number,
  generations: readonly (readonly string[])[],
): string[] {
  // JSON.stringify of the whole array is the prefix of every generation's text and a closing bracket: hash it once, step by step.
  const hash = createHash('sha256').update(`["claimgen-layout-1",${JSON.stringify(audienceName)},${lineage}`);
  return generations.map((names) => {
    hash.update(`,${JSON.stringify(names)}`);
    return hash.copy().update(']').digest('base64url').slice(0, 6);
  });
}
