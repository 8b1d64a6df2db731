import { createRequire } from 'node:module';

/** Loaded for globs with braces: most have none. */
const micromatch = (): typeof import('micromatch') => createRequire(import.meta.url)('micromatch');

/** A glob that can't be used; `fix` says what to write in its place. */
export class GlobError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'GlobError';
    this.fix = fix;
  }
}

/** Brace alternatives multiply; nobody means more than this many. */
const MAX_ALTERNATIVES = 1000;

/** What micromatch takes, with a backslash before each dot. */
const MAX_BRACED = 5000;

/**
 * Compiles a glob without its leading `!`. `*` is any run of characters, `?` one (a UTF-16 code unit), `{a,b}` either;
 * everything else is literal.
 * @returns a predicate, linear in the length of the name.
 * @throws GlobError for any other glob syntax.
 */
export function compileGlob(glob: string): (name: string) => boolean {
  checkSyntax(glob);
  // micromatch expands the braces; its regular expressions are left alone, as they backtrack exponentially.
  // Two dots make a range in its braces ({1..3}); escaped, they are dots.
  const alternatives = glob.includes('{')
    ? micromatch().braces(glob.replaceAll('.', '\\.'), { expand: true })
    : [glob];
  const matchers = alternatives.map(compileWildcards);
  return (name) => matchers.some((matches) => matches(name));
}

function checkSyntax(glob: string): void {
  const other = /[[\]()|"'`\\]/.exec(glob);
  if (other !== null) {
    throw new GlobError(
      `the glob ${JSON.stringify(glob)} has ${JSON.stringify(other[0])}, and only * ? and {a,b} are glob syntax here`,
      'Write the alternatives out as {a,b}, or name the permission itself under "exact".',
    );
  }
  if (glob.includes('{') && glob.length > MAX_BRACED) {
    throw new GlobError(
      `a glob with braces is too long: ${glob.length} characters (at most ${MAX_BRACED})`,
      'Write several globs.',
    );
  }
  countAlternatives(glob);
}

/**
 * Counts what the braces of a glob expand to.
 * @throws GlobError for the forms that are not plain alternatives
 */
export function countAlternatives(glob: string): number {
  /** One entry an open brace: the alternatives so far and the product of the one under way. */
  const open: { sum: number; product: number; commas: number }[] = [{ sum: 0, product: 1, commas: 0 }];
  const top = () => open[open.length - 1] as { sum: number; product: number; commas: number };
  for (let index = 0; index < glob.length; index++) {
    const character = glob[index];
    if (character === '{') {
      if (glob[index - 1] === '$') throw braceError(glob, 'has "${", which is not a glob');
      open.push({ sum: 0, product: 1, commas: 0 });
    } else if (character === ',' && open.length > 1) {
      top().sum += top().product;
      top().product = 1;
      top().commas++;
    } else if (character === '}') {
      const closed = open.pop();
      if (closed === undefined || open.length === 0)
        throw braceError(glob, 'closes a brace that it never opened');
      if (closed.commas === 0) throw braceError(glob, 'has braces without a comma');
      top().product *= closed.sum + closed.product;
      if (top().product > MAX_ALTERNATIVES) {
        throw new GlobError(
          `the glob ${JSON.stringify(glob)} expands to more than ${MAX_ALTERNATIVES} alternatives`,
          'Write * in place of some of the braces, or several globs.',
        );
      }
    }
  }
  if (open.length !== 1) throw braceError(glob, 'opens a brace that it never closes');
  return top().product;
}

function braceError(glob: string, what: string): GlobError {
  return new GlobError(
    `the glob ${JSON.stringify(glob)} ${what}`,
    'Write alternatives as {a,b}; a name that holds braces goes under "exact".',
  );
}

/** A greedy scan over the pieces between the stars: the leftmost match of each piece is always good enough. */
function compileWildcards(pattern: string): (name: string) => boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] as string;
  const last = pieces[pieces.length - 1] as string;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  if (pieces.length === 1) return (name) => name.length === pattern.length && matchesAt(name, 0, pattern);
  return (name) => {
    if (name.length < first.length + last.length) return false;
    const end = name.length - last.length;
    if (!matchesAt(name, 0, first) || !matchesAt(name, end, last)) return false;
    let at = first.length;
    for (const piece of middle) {
      at = find(name, piece, at, end);
      if (at === -1) return false;
      at += piece.length;
    }
    return true;
  };
}

function matchesAt(name: string, at: number, piece: string): boolean {
  if (!piece.includes('?')) return name.startsWith(piece, at);
  for (let index = 0; index < piece.length; index++) {
    if (piece[index] !== '?' && piece[index] !== name[at + index]) return false;
  }
  return true;
}

function find(name: string, piece: string, from: number, end: number): number {
  for (let at = from; at + piece.length <= end; at++) {
    if (matchesAt(name, at, piece)) return at;
  }
  return -1;
}
