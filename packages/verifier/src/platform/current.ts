// The platform of this runtime.
import { nodePlatform } from './node.ts';
import type { Platform } from './platform.ts';
import { webPlatform } from './web.ts';

/** Node's on Node itself, else what every runtime has. */
export const currentPlatform: Platform = /* @__PURE__ */ nodePlatform() ?? webPlatform;
