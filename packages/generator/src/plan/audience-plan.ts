import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import type { AudienceLayout } from '../layout/layout.ts';
import type { RebaseGain } from '../layout/rebase-gain.ts';
import type { Selection } from '../selection/select.ts';

/** One API in one environment: what everything that is built for it, or said of it, rests on. */
export interface AudienceReportInput {
  readonly audience: AudienceConfig;
  readonly environment: string;
  readonly catalog: Catalog;
  readonly layout: AudienceLayout;
  readonly selection: Selection;
  readonly sample: Readonly<Record<string, unknown>>;
  readonly rebaseGain: RebaseGain | undefined;
}
