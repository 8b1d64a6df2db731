export type { Process } from './cli/process.ts';
export { type ClaimgenConfig, defineConfig } from './config/define-config.ts';
export { InputError, type Problem, type ProblemCode } from './errors.ts';
export { run } from './run.ts';
