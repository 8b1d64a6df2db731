// What deployed verifiers know: the ids of layouts that they read, from their own answer or from a file of theirs.
import { extname, resolve } from 'node:path';
import { type InputError, refusal, TenantFailure, usageError } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import { readText } from '../io/files.ts';
import { importModule } from '../io/tenant-files.ts';
import { asMap } from '../source-text/as-map.ts';

/** The layouts of one verifier. */
export interface KnownLayouts {
  /** The URL or file that says so. */
  readonly from: string;
  readonly layouts: readonly KnownLayout[];
  /** What of claims an API reads that earlier verifiers refuse; undefined for a file, which says nothing of what is deployed. */
  readonly reads: readonly unknown[] | undefined;
}

export interface KnownLayout {
  /** The audience's name. */
  readonly name: string;
  /** Of each lineage that is read, the ids of its generations. */
  readonly lineages: readonly (readonly string[])[];
}

/** The `format` of an API's answer at `/.well-known/claimgen`. */
const ANSWER = 'claimgen-verifier-1';
const LAYOUT = /^claimgen-layout-\d+$/;
/** Milliseconds. */
const TIMEOUT = 10_000;

/**
 * Asks each of the sources, which are separated by commas.
 * @throws InputError, exit code 2 for what is no such source, 3 for an API that can't be reached
 */
export async function readVerifiers(sources: string, cwd: string): Promise<readonly KnownLayouts[]> {
  const named = sources.split(',').map((source) => source.trim());
  if (named.includes(''))
    throw usageError('--verified-by has an empty name', 'Write --verified-by <url or file>.');
  return Promise.all(
    named.map(async (from) => {
      const value = /^https?:\/\//i.test(from) ? await ask(from) : await readSource(resolve(cwd, from));
      const layouts = layoutsIn(value);
      if (layouts.length === 0) throw noLayouts(from);
      return { from, layouts, reads: readsIn(value) };
    }),
  );
}

async function ask(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { accept: 'application/json' },
    });
  } catch {
    throw unreachable(url, 'no connection');
  }
  if (!response.ok) throw unreachable(url, `status ${response.status}`);
  return response.json().catch(() => {
    throw noLayouts(url);
  });
}

function unreachable(url: string, why: string): TenantFailure {
  return new TenantFailure(
    {
      code: 'tenant_unreachable',
      message: `${url} doesn't say which layouts it reads (${why})`,
      fix: `Let it answer with wellKnown (${docsPage('reference/verifier.md')}), or name a file of its verifier.`,
    },
    3,
  );
}

async function readSource(file: string): Promise<unknown> {
  if (!/^\.[cm]?js$/.test(extname(file))) {
    try {
      return JSON.parse(readText(file));
    } catch (error) {
      if (error instanceof SyntaxError) throw noLayouts(file);
      throw error;
    }
  }
  readText(file);
  return importModule(file);
}

/** A layout, an answer of an API, or a module that exports layouts. */
function layoutsIn(value: unknown): KnownLayout[] {
  const root = asMap(value);
  if (root === undefined) return [];
  if (LAYOUT.test(String(root['format']))) return layoutOf(root);
  if (root['format'] === ANSWER) {
    const { layouts } = root;
    return Array.isArray(layouts) ? layouts.flatMap((entry: unknown) => layoutOf(asMap(entry))) : [];
  }
  const exported = new Set(Object.values(root));
  return [...exported].flatMap((entry) => {
    const layout = asMap(entry);
    return LAYOUT.test(String(layout?.['format'])) ? layoutOf(layout) : [];
  });
}

function readsIn(value: unknown): readonly unknown[] | undefined {
  const { format, reads } = asMap(value) ?? {};
  if (format !== ANSWER) return undefined;
  return Array.isArray(reads) ? reads : [];
}

function layoutOf(layout: Readonly<Record<string, unknown>> | undefined): KnownLayout[] {
  const { name, lineages } = layout ?? {};
  if (typeof name !== 'string' || !Array.isArray(lineages)) return [];
  return [
    { name, lineages: lineages.map((lineage: unknown) => (Array.isArray(lineage) ? lineage.map(idOf) : [])) },
  ];
}

/** A generation with its permissions, or its id only. */
function idOf(generation: unknown): string {
  return typeof generation === 'string' ? generation : String(asMap(generation)?.['id']);
}

function noLayouts(from: string): InputError {
  return usageError(
    `${from} has no layout`,
    'Name the URL of /.well-known/claimgen of an API, or a verifier that claimgen build wrote (.json or .js).',
  );
}

/** An audience, and the lineage that an Action is to write. */
export interface WrittenLineage {
  readonly audience: string;
  /** Keys that the audience had before. */
  readonly previously: readonly string[];
  /** The first id of the lineage. */
  readonly id: string;
  /** Whether what is deployed now writes another one. */
  readonly isNew: boolean;
  /** Whether the Action is to write an as-of, and what is deployed now writes none. */
  readonly hasNewAsOf: boolean;
}

/**
 * Refuses an Action whose claims an API could not read: each of its requests would end with 401.
 * @throws TenantFailure, exit code 1
 */
export function assertVerified(written: readonly WrittenLineage[], known: readonly KnownLayouts[]): void {
  for (const lineage of written) {
    const keys = [lineage.audience, ...lineage.previously];
    const verifiers = known.flatMap(({ from, reads, layouts }) =>
      layouts.filter(({ name }) => keys.includes(name)).map(({ lineages }) => ({ from, reads, lineages })),
    );
    assertLineage(lineage, verifiers);
    if (lineage.hasNewAsOf) assertAsOf(lineage, verifiers);
  }
}

/** What is known of one API. */
type KnownVerifier = Pick<KnownLayouts, 'from' | 'reads'> & Pick<KnownLayout, 'lineages'>;

function assertLineage({ audience, id, isNew }: WrittenLineage, verifiers: readonly KnownVerifier[]): void {
  const behind = verifiers.find(({ lineages }) => !lineages.some(([first]) => first === id));
  if (behind !== undefined) {
    throw refusal(
      `${behind.from} does not read the lineage ${id} of ${audience}, which the Action would write: it would answer 401`,
      'Deploy the verifiers that claimgen build wrote to that API first.',
    );
  }
  if (isNew && verifiers.length === 0) {
    throw refusal(
      `the Action would write the lineage ${id} of ${audience} in place of the one that is deployed, and no API is known to read it`,
      'Deploy the verifiers of every API first, then name them with --verified-by <url of /.well-known/claimgen, or file>.',
    );
  }
}

function assertAsOf({ audience }: WrittenLineage, verifiers: readonly KnownVerifier[]): void {
  const apis = verifiers.filter(({ reads }) => reads !== undefined);
  const behind = apis.find(({ reads }) => !reads?.includes('as-of'));
  if (behind !== undefined) {
    throw refusal(
      `${behind.from} does not read claims with an as-of, which the Action would write for ${audience}: it would answer 401`,
      'Deploy that API with a newer @claimgen/verifier first.',
    );
  }
  if (apis.length === 0) {
    throw refusal(
      `the Action would write claims with an as-of for ${audience}, the deployed one writes none, and no API is known to read them`,
      'Deploy every API with a newer @claimgen/verifier first, then name them with --verified-by <url of /.well-known/claimgen>; a file says nothing of what is deployed.',
    );
  }
}
