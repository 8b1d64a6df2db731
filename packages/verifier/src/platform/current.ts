import { nodePlatform } from './node.ts';
import type { Platform } from './platform.ts';
import { webPlatform } from './web.ts';

/** Node's where its built-in modules can be had without importing them, else what every runtime has. */
export const currentPlatform: Platform = /* @__PURE__ */ nodePlatform() ?? webPlatform;
