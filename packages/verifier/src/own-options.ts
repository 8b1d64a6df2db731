// How options are read: own properties only, and none that does not exist.

/**
 * The own properties of `options` that have a value, on an object without a prototype: what somebody put on
 * `Object.prototype` is no option. Throws a TypeError for an option that does not exist, since a misspelt one
 * must not go unheeded, and for what is no object.
 */
export function readOwnOptions<O extends object>(
  options: O,
  names: readonly (keyof O & string)[],
  owner: string,
): Partial<O> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`the options of ${owner} must be an object`);
  const own: Partial<O> = Object.create(null);
  for (const name of Object.keys(options)) {
    if (!(names as readonly string[]).includes(name))
      throw new TypeError(`${name} is not an option of ${owner}`);
  }
  // Not only the enumerable ones: a class may define its fields otherwise.
  for (const name of names) {
    if (Object.hasOwn(options, name) && options[name] !== undefined) own[name] = options[name];
  }
  return own;
}

/** What `checkNumber` holds a number against. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** Whether a fraction is refused. */
  readonly whole?: boolean;
}

/** Throws a TypeError for what is no number of the range; NaN and the infinities are in none. */
export function checkNumber(
  name: string,
  value: unknown,
  { least, most, whole = false }: NumberRange,
): number {
  if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))
    return value;
  throw new TypeError(`${name} must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`);
}

/** Throws a TypeError for what is given in place of a function. */
export function checkFunction<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new TypeError(`${name} must be a function`);
}
