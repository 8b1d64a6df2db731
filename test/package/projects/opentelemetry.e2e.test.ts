import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { execute, installed, write } from './installed.ts';

const page = readFileSync(new URL('../../../docs/reference/verifier.md', import.meta.url), 'utf8');
/** The example of the documentation. */
const example = /```ts\n(import \{ metrics \} from '@opentelemetry\/api';[\s\S]*?)```/.exec(page)?.[1] ?? '';
let folder = '';

beforeAll(() => {
  folder = installed(['verifier'], ['@opentelemetry/api@1.9.0', '@opentelemetry/sdk-metrics@2.0.1']);
  write(folder, {
    'package.json': { name: 'metrics', private: true, type: 'module' },
    'metrics.js': `import { metrics as global } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createTestIssuer } from '@claimgen/verifier/testing';
import { createVerifier } from '@claimgen/verifier';
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
global.setGlobalMeterProvider(provider);
const { on } = await import('./on.js');
const layout = { format: 'claimgen-layout-1', name: 'orders', audience: 'https://orders.acme.example', claim: 'p', active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read'] }]], withdrawn: [] };
const issuer = await createTestIssuer(layout);
const verifier = createVerifier({ ...issuer.options, on });
const token = await issuer.sign({ permissions: ['orders:read'] });
for (const each of [token, token, token, 'x']) await verifier.verify(each).catch(() => {});
await provider.forceFlush();
const { scopeMetrics } = exporter.getMetrics()[0];
for (const { descriptor, dataPoints } of scopeMetrics[0].metrics)
  for (const { attributes, value } of dataPoints) console.log(descriptor.name, JSON.stringify(attributes), value.count ?? value);
await provider.shutdown();
`,
    'on.js': `${example.replace(/^import \{ createVerifier.*\n/m, '').replace(/^const verifier = [\s\S]*/m, '')}\nexport { on };\n`,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

it("the documentation's example of OpenTelemetry counts tokens by what came of them", () => {
  expect(execute(folder, process.execPath, 'metrics.js').trim().split('\n').sort()).toEqual([
    'claimgen.tokens {"api":"orders","result":"cached"} 2',
    'claimgen.tokens {"api":"orders","result":"token_malformed"} 1',
    'claimgen.tokens {"api":"orders","result":"verified"} 1',
    'claimgen.verification.duration {"api":"orders"} 2',
  ]);
});
