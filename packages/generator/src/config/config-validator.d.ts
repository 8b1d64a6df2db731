// schema/config.schema.json as functions: rolldown.config.js has ajv write them into dist/generated.
declare module '#generated/config-validator' {
  import type { ValidateFunction } from 'ajv';

  /** Finds every error. */
  const findErrors: ValidateFunction;
  export default findErrors;
}

declare module '#generated/config-first-error' {
  import type { ValidateFunction } from 'ajv';

  /** Finds one error at most. */
  const findError: ValidateFunction;
  export default findError;
}
