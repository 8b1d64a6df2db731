import type { Catalog } from '../catalog/catalog.ts';
import { type PipelineInput, type PlannedAudience, planLayouts } from '../pipeline.ts';
import type { AudienceReportInput } from './audience-plan.ts';

/**
 * What the size proofs of a config's audiences rest on, without building anything.
 * @throws InputError
 */
export function audienceInputs({
  config,
  catalogs,
  environment,
  samples,
  lock,
}: Pick<PipelineInput, 'config' | 'catalogs' | 'environment' | 'samples' | 'lock'>): AudienceReportInput[] {
  const planned = planLayouts(config, catalogs, lock);
  return config.audiences.map((audience) => ({
    audience,
    environment,
    catalog: catalogs.get(environment) as Catalog,
    ...(planned.get(audience.name) as PlannedAudience),
    sample: samples.get(audience.name) ?? {},
    rebaseGain: undefined,
  }));
}
