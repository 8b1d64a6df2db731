/** Counts of a cache in Prometheus' text format. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TokenCacheEvent } from '../events.ts';

export interface Metrics {
  /** The option `on` of `createTokenCache`. */
  readonly on: (event: TokenCacheEvent) => void;
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * @example
 * const metrics = createMetrics();
 * const cache = createTokenCache({ issuer, pepper, on: metrics.on });
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'claimgen_token_requests_total',
    help: 'Token requests by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const grants = new Counter({
    name: 'claimgen_token_grants_total',
    help: "Tokens that the issuer gave, which count against the tenant's quota.",
    // Only clients that the issuer knows get here.
    labelNames: ['client'],
    registers,
  });
  const issuer = new Histogram({
    name: 'claimgen_token_issuer_seconds',
    help: 'How long the issuer took; status 0 is no answer.',
    labelNames: ['status'],
    registers,
  });
  const store = new Gauge({ name: 'claimgen_token_store_up', help: '1 while the store answers.', registers });
  const budget = new Gauge({
    name: 'claimgen_token_budget_used_ratio',
    help: "The share of the tenant's monthly tokens that is used.",
    registers,
  });
  store.set(1);
  return {
    on(event) {
      if (event.type === 'request') requests.inc({ outcome: event.outcome });
      else if (event.type === 'grant') grants.inc({ client: event.clientId });
      else if (event.type === 'issuer') issuer.observe({ status: String(event.status) }, event.seconds);
      else if (event.type === 'store') store.set(event.isUp ? 1 : 0);
      else budget.set(event.used / event.budget);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
