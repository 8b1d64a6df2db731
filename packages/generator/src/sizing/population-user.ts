import type { Permission } from '../catalog/catalog.ts';

/** A user as far as the size of a token goes. */
export interface PopulationUser {
  /** The user's id, which is the token's `sub`. */
  readonly id: string;
  /** Role names. */
  readonly roles: readonly string[];
  /** Permissions assigned directly: a text is a name as the audience's tokens carry it, whichever API it belongs to. */
  readonly direct: readonly (string | Permission)[];
  /** The user's other fields, such as `app_metadata`. */
  readonly fields: Readonly<Record<string, unknown>>;
}
