export { toListener } from './listener.ts';
export type { Metrics } from './metrics.ts';
export { createMetrics } from './metrics.ts';
export type { TokenProxyOptions } from './token-proxy.ts';
export { createTokenProxy } from './token-proxy.ts';
