import type { RawConfig } from './raw-config.ts';

/** What a `claimgen.config.ts` or `.js` exports; the same keys as in YAML: docs/reference/config.md. */
export type ClaimgenConfig = RawConfig;

/** Returns its argument: for editors, which then know what can be written. */
export function defineConfig(config: ClaimgenConfig): ClaimgenConfig {
  return config;
}
