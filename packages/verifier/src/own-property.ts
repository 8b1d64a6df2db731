// Foreign objects are read by their own properties only: what is on a prototype was not in the token.

export function own(object: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
