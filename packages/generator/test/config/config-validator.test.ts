// The functions that the build has ajv write, against the schema that is published: a config must not pass here and fail in an editor.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import findError from '#generated/config-first-error';
import findErrors from '#generated/config-validator';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 250);

const schema = JSON.parse(readFileSync(new URL('../../schema/config.schema.json', import.meta.url), 'utf8'));
const OPTIONS = { verbose: true, allowUnionTypes: true };
const compile = (options: object) => new Ajv(options).addVocabulary(['fix']).compile(schema);
const validators = [
  [findErrors, compile({ ...OPTIONS, allErrors: true })],
  [findError, compile(OPTIONS)],
] as const;

/** Every key that the schema has anywhere, and one that it has not. */
const keys = [...new Set(JSON.stringify(schema).match(/(?<=")[a-zA-Z]\w*(?=":)/g)), 'nonsense', '__proto__'];

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1.5,
      '',
      'a',
      'a b',
      'roles',
      'names',
      'all',
      'strip',
      '😀'.repeat(70),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
  ),
}));

const good = {
  catalog: 'catalog.json',
  claim: 'pz',
  audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
};

it('finds in any config what the published schema finds', () => {
  fc.assert(
    fc.property(values.value, fc.boolean(), (value, within) => {
      const config = within && typeof value === 'object' && value !== null ? { ...good, ...value } : value;
      for (const [validate, compiled] of validators) {
        expect(validate(config)).toBe(compiled(config));
        expect(validate.errors).toEqual(compiled.errors);
      }
    }),
    { numRuns: runs },
  );
  expect(validators.map(([validate]) => validate(good))).toEqual([true, true]);
});
