import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { InputError, type Problem, type ProblemCode } from './errors.ts';

/** The way to a value inside a file: keys and indexes. */
export type ValuePath = readonly (string | number)[];

/** A parsed file that still knows where each value stands, so that an error can say so. */
export interface Source {
  /** As the person named it. */
  readonly file: string;
  readonly value: unknown;
  /** A problem with the value at `path` (with `key`, with the key itself): adds file, line, column and path. */
  problem(code: ProblemCode, path: ValuePath, message: string, mend: string, key?: string): Problem;
}

/** `['audiences', 'orders', 'globs', 0]` as `audiences.orders.globs[0]`. */
export function formatPath(path: ValuePath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (/^[A-Za-z_$][\w$-]*$/.test(part)) return index === 0 ? part : `.${part}`;
      return `[${JSON.stringify(part)}]`;
    })
    .join('');
}

/**
 * Parses JSON or YAML 1.2 (by the file's ending).
 * @throws InputError with line and column when the text is not well-formed, holds a merge conflict or a key twice.
 */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const parse = () => parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  let value: unknown;
  if (file.endsWith('.json')) {
    value = parseJson(file, text);
  } else {
    const document = parse();
    const first = document.errors[0];
    if (first !== undefined) {
      const { line, col } = lines.linePos(first.pos[0]);
      throw new InputError([syntaxProblem(file, text, line, col, first.message)]);
    }
    value = document.toJS();
  }
  // Only an error needs positions: the document that knows them is made on the first one.
  let document: ReturnType<typeof parse> | undefined;
  return {
    file,
    value,
    problem(code, path, message, mend, key) {
      document ??= parse();
      const offset = offsetOf(document.contents, path, key);
      const { line, col } = lines.linePos(offset);
      return {
        code,
        message,
        mend,
        file,
        line,
        column: col,
        path: formatPath(key === undefined ? path : [...path, key]),
      };
    },
  };
}

/** JSON.parse keeps the last of two equal keys without a word; up to this size the YAML parser looks for them. */
const LONGEST_CHECKED_FOR_TWINS = 2_000_000;

function parseJson(file: string, text: string): unknown {
  const result = tryJson(text);
  if (result !== undefined && text.length > LONGEST_CHECKED_FOR_TWINS) return result.value;
  // The YAML parser reads JSON too, and says where it goes wrong.
  const lines = new LineCounter();
  const error = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors[0];
  if (result !== undefined && error === undefined) return result.value;
  const { line, col } = lines.linePos(error?.pos[0] ?? 0);
  throw new InputError([syntaxProblem(file, text, line, col, error?.message ?? 'this is not JSON')]);
}

function tryJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7})(?: |$)/m;

function syntaxProblem(file: string, text: string, line: number, column: number, reason: string): Problem {
  const conflict = text.search(CONFLICT_MARKER);
  if (conflict !== -1) {
    return {
      code: 'syntax',
      file,
      line: text.slice(0, conflict).split('\n').length,
      column: 1,
      message: 'a merge conflict is left in the file',
      mend: "Resolve the conflict; for claimgen.lock.json, take the deployed branch's file and run claimgen build.",
    };
  }
  return {
    code: 'syntax',
    file,
    line,
    column,
    message: `the file is not well-formed: ${reason.split('\n')[0] ?? ''}`,
    mend: `Correct line ${line}.`,
  };
}

/** Where the value at `path` begins in the text; where it is missing, the nearest value that holds it. */
function offsetOf(root: unknown, path: ValuePath, key: string | undefined): number {
  let node = root as Node | null | undefined;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === undefined) return offset;
    node = next;
    offset = node.range?.[0] ?? offset;
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? offset;
  }
  return offset;
}

function childOf(node: Node | null | undefined, part: string | number): Node | undefined {
  if (node === null || node === undefined || !('get' in node)) return undefined;
  const child: unknown = (node as { get(key: unknown, keep: true): unknown }).get(part, true);
  return child === null || child === undefined ? undefined : (child as Node);
}
