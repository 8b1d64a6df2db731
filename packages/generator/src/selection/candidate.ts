import type { Permission } from '../catalog/catalog.ts';
import type { ImportedApi } from '../config/audience-config.ts';

/** A permission that an audience may select: its name there, and the API it is taken from. */
export interface Candidate {
  readonly name: string;
  readonly permission: Permission;
  readonly from: ImportedApi | undefined;
}
