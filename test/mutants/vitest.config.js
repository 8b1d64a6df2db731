// The tests of one area of mutation testing.
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { AREAS } from './areas.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { tests } = AREAS[env.CLAIMGEN_MUTANTS];

export default defineConfig({ root, test: { include: tests, testTimeout: 60_000, name: 'unit' } });
