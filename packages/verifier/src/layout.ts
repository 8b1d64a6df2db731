// What claimgen build writes for the verifiers of an audience.
/** One step of a layout's growth: `permissions` take the places after those of all earlier generations. */
export interface Generation {
  /** 6 base64url characters that name this generation and all before it: spec/claim-format.md, "Ids". */
  readonly id: string;
  readonly permissions: readonly string[];
}

/**
 * What `claimgen build` writes per audience (`<out>/verifier/<name>.js` and `.json`): every lineage of the
 * layout that a token may still carry. `P` is the union of the permission names, `string` for a parsed
 * `.json`.
 */
export interface Layout<P extends string = string> {
  readonly format: string;
  /** The audience's name in claimgen.config. */
  readonly name: string;
  /** The API identifier (`aud`); absent where the environments of the config differ in it. */
  readonly audience?: string;
  /** The name of the claim in the access token. */
  readonly claim: string;
  /** The lineage that the Action writes. */
  readonly active: number;
  /** Indexed by lineage number; a pruned lineage is empty. */
  readonly lineages: readonly (readonly Generation[])[];
  /**
   * Permissions that keep their place in the layout but are not granted: they left the selection or the
   * catalog.
   */
  readonly withdrawn: readonly string[];
  /**
   * Only for types: never there. A name and no symbol of its own, so that the layouts of an ESM and a CommonJS copy
   * of this package have the same type.
   */
  readonly '~permission'?: P;
}

/** The value of `format` in a layout that this verifier reads. */
export const LAYOUT_FORMAT = 'claimgen-layout-1';
