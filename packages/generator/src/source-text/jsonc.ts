// jsonc-parser, which says where things are in a JSON text. Loaded once somebody asks: JSON.parse reads what is right.
import { createRequire } from 'node:module';

export const jsonc = (): typeof import('jsonc-parser') => createRequire(import.meta.url)('jsonc-parser');
