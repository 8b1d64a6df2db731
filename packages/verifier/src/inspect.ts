// What Node's `console.log` and `util.inspect` show of an object: what JSON shows, in place of private fields
// or raw claims.

/** https://nodejs.org/api/util.html#custom-inspection-functions-on-objects; Bun knows it, too. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

type Inspect = (value: unknown, options: object) => string;

/** A base class of objects that are shown by this name and what their `toJSON` gives. */
export function shownAs(name: string): abstract new () => object {
  return class {
    [INSPECT](this: { toJSON(): unknown }, _depth: number, options: object, inspect: Inspect): string {
      return `${name} ${inspect(this.toJSON(), options)}`;
    }
  };
}
