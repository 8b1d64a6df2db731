/** The package that the verifier modules are published as. */
export interface PackageConfig {
  readonly name: string;
  readonly version: string;
}

export interface RawPackage {
  name: string;
  version?: string;
}

/** @returns undefined where the config names none */
export function packageOf(raw: RawPackage | undefined): PackageConfig | undefined {
  return raw === undefined ? undefined : { name: raw.name, version: raw.version ?? '0.0.0' };
}
