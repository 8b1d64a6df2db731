/** How a key set that has to be fetched is kept; all in seconds but for `maxBytes`. */
export interface KeySetOptions {
  /** How long a key set is used before it is fetched again; from four fifths of it on, in the background. By default 600. */
  readonly maxAge?: number;
  /** How long after the last attempt an unknown `kid` may cause another; doubles, up to tenfold, while the kids stay unknown. By default 30. */
  readonly cooldown?: number;
  /** How long after a failure nothing is tried. By default 10. */
  readonly failureCooldown?: number;
  /** How long after `maxAge` known keys are used while the key set can't be had; 0 for never. By default 3600. */
  readonly staleIfError?: number;
  /** How long one attempt may take, from the connection to the last byte. By default 5. */
  readonly deadline?: number;
  /** The longest response that is read. By default 262144. */
  readonly maxBytes?: number;
}

export type CheckedKeySetOptions = Required<KeySetOptions>;

const DEFAULTS: CheckedKeySetOptions = {
  maxAge: 600,
  cooldown: 30,
  failureCooldown: 10,
  staleIfError: 3600,
  deadline: 5,
  maxBytes: 262_144,
};

/** Throws a TypeError for a value that can't work. */
export function checkKeySetOptions(options: KeySetOptions): CheckedKeySetOptions {
  const checked = { ...DEFAULTS, ...options };
  for (const [name, value] of Object.entries(checked)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw new TypeError(`${name} is not an option of a key set`);
    const least = name === 'staleIfError' ? 0 : Number.MIN_VALUE;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
      throw new TypeError(`${name} must be a number above zero`);
    }
  }
  return checked;
}
