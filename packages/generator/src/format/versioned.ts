// JSON for programs says which version of its form it has: schema/output.schema.json, docs/json.md.

/** Raised when a field changes its name or its meaning, or goes; fields are added without. */
const VERSION = 1;

/** The same with the version before it, as every `--json` output and report.json have it. */
export function versioned<T extends object>(output: T): T & { readonly version: number } {
  return { version: VERSION, ...output };
}
