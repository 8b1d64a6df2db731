export { type ClaimgenConfig, defineConfig } from './config/define-config.ts';
export { InputError, type Problem, type ProblemCode } from './errors.ts';
export { type RunProcess, run } from './run.ts';
