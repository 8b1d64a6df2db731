/** Permissions that the same roles hold, and which roles these are. */
export interface RoleClasses {
  /** The permissions of each class, ascending; classes by their first permission. */
  readonly members: readonly (readonly number[])[];
  /** How many roles hold one class and not the other. */
  distance(one: number, other: number): number;
  /** The classes that each role holds. */
  readonly byRole: readonly (readonly number[])[];
  /** What a distance costs: words to compare. */
  readonly words: number;
}

export function classify(permissionCount: number, roles: readonly (readonly number[])[]): RoleClasses {
  const classOf = refine(permissionCount, roles);
  const members: number[][] = [];
  classOf.forEach((classIndex, permission) => {
    const known = members[classIndex];
    if (known === undefined) members.push([permission]);
    else known.push(permission);
  });

  const words = Math.ceil(roles.length / 32);
  const matrix = new Uint32Array(members.length * words);
  const byRole = roles.map((role, roleIndex) => {
    const held: number[] = [];
    for (const permission of role) {
      const classIndex = classOf[permission] as number;
      const word = classIndex * words + (roleIndex >>> 5);
      const bit = 1 << (roleIndex & 31);
      if (((matrix[word] as number) & bit) !== 0) continue;
      matrix[word] = (matrix[word] as number) | bit;
      held.push(classIndex);
    }
    return held;
  });

  return {
    members,
    byRole,
    words,
    distance(one, other) {
      let count = 0;
      for (let word = 0; word < words; word++) {
        count += ones((matrix[one * words + word] as number) ^ (matrix[other * words + word] as number));
      }
      return count;
    },
  };
}

/** Splits all permissions by each role in turn; classes are numbered by their first permission. */
function refine(permissionCount: number, roles: readonly (readonly number[])[]): Uint32Array {
  const classOf = new Uint32Array(permissionCount);
  let next = 1;
  for (const role of roles) {
    const splits = new Map<number, number>();
    const first = next;
    for (const permission of role) {
      const old = classOf[permission] as number;
      if (old >= first) continue;
      const split = splits.get(old) ?? next++;
      splits.set(old, split);
      classOf[permission] = split;
    }
  }
  const numbers = new Map<number, number>();
  return classOf.map((old) => {
    const number = numbers.get(old) ?? numbers.size;
    numbers.set(old, number);
    return number;
  });
}

/** How many bits of a 32-bit word are set. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
