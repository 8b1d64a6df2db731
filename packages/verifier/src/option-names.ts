/** Throws a TypeError for an option that does not exist: a misspelt one must not go unheeded. */
export function checkOptionNames(options: object, names: readonly string[], owner: string): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new TypeError(`${name} is not an option of ${owner}`);
  }
}
