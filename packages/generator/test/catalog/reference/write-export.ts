// Random tenants as files.
import type { Node, RandomExport } from './random-export.ts';

/** As auth0-deploy-cli's folder. */
export function writeFolder({ apis, roles, grants }: RandomExport): Record<string, string> {
  const files: Record<string, string> = {};
  const add = (folder: string, nodes: readonly Node[]) => {
    for (const [index, node] of nodes.entries()) files[`${folder}/${index}.json`] = writeJson(node);
  };
  add('resource-servers', apis);
  add('roles', roles);
  add('grants', grants);
  return files;
}

/** As its tenant.yaml. */
export function writeYaml({ apis, roles, grants, clients }: RandomExport): Record<string, string> {
  const writer = new YamlWriter();
  const list = (items: readonly Node[]): Node => ({ kind: 'list', items, flow: false, share: false });
  const sections = [
    ['clients', clients],
    ['resourceServers', list(apis)],
    ['roles', list(roles)],
    ['clientGrants', list(grants)],
  ] as const;
  const written = sections.map(([key, node]) => `${key}:${writer.value(node, 1)}\n`).join('');
  return { 'tenant.yaml': `${writer.shared}${written}` };
}

function writeJson(node: Node): string {
  switch (node.kind) {
    case 'raw':
      return node.json;
    case 'text':
      return JSON.stringify(node.text);
    case 'list':
      return `[${node.items.map(writeJson).join(', ')}]`;
    case 'map':
      return `{${node.entries.map(([key, value]) => `\n  ${JSON.stringify(key)}: ${writeJson(value)}`).join(',')}\n}`;
  }
}

/** Lists that are shared and the keys that merge keys bring in go to the file's beginning, with an anchor. */
class YamlWriter {
  #anchors: string[] = [];

  get shared(): string {
    return this.#anchors.length === 0 ? '' : `x-shared:\n${this.#anchors.join('')}`;
  }

  /** What follows a colon or a dash. */
  value(node: Node, depth: number): string {
    switch (node.kind) {
      case 'raw':
        return ` ${node.yaml}`;
      case 'text':
        return ` ${scalar(node.text, node.style)}`;
      case 'list':
        if (node.items.length === 0) return ' []';
        if (node.share) return ` *${this.#anchor({ ...node, share: false })}`;
        if (node.flow) return ` ${this.#flow(node)}`;
        return node.items.map((item) => `\n${'  '.repeat(depth)}-${this.#item(item, depth)}`).join('');
      case 'map': {
        if (node.flow) return ` ${this.#flow(node)}`;
        const lines = this.#entries(node, depth);
        return lines.length === 0 ? ' {}' : lines.map((line) => `\n${'  '.repeat(depth)}${line}`).join('');
      }
    }
  }

  /** An object after a dash begins in the same line. */
  #item(node: Node, depth: number): string {
    return node.kind === 'map' && !node.flow
      ? this.value(node, depth + 1).replace(/^\n */, ' ')
      : this.value(node, depth + 1);
  }

  #entries(node: Extract<Node, { kind: 'map' }>, depth: number): string[] {
    const [merged, own] = split(node);
    const lines = own.map(([key, value]) => `${key}:${this.value(value, depth + 1)}`);
    if (merged.length === 0) return lines;
    // What is written out wins: the anchor has another value for the first of its own keys.
    const [first] = own;
    const twin =
      first === undefined ? [] : [[first[0], { kind: 'text', text: 'overridden', style: 1 }] as const];
    const half = Math.ceil(merged.length / 2);
    const anchors = [merged.slice(0, half), merged.slice(half)]
      .map(
        (entries, index): Node => ({
          kind: 'map',
          entries: index === 0 ? [...entries, ...twin] : entries,
          flow: false,
          merge: 0,
        }),
      )
      .filter((part) => part.kind === 'map' && part.entries.length > 0)
      .map((part) => `*${this.#anchor(part)}`);
    const merge = anchors.length === 1 ? `<<: ${anchors[0]}` : `<<: [${anchors.join(', ')}]`;
    return node.merge === 1 ? [merge, ...lines] : [...lines, merge];
  }

  #flow(node: Node): string {
    switch (node.kind) {
      case 'raw':
        return node.yaml;
      case 'text':
        return scalar(node.text, Math.max(1, node.style));
      case 'list':
        return `[${node.items.map((item) => this.#flow(item)).join(', ')}]`;
      case 'map':
        return `{ ${node.entries.map(([key, value]) => `${key}: ${this.#flow(value)}`).join(', ')} }`;
    }
  }

  #anchor(node: Node): string {
    const name = `a${this.#anchors.length}`;
    // Its place is taken before it is written, as it may have anchors of its own, which must come first.
    const written = this.value(node, 2);
    const own = `a${this.#anchors.length}`;
    this.#anchors.push(`  ${own}: &${own}${written}\n`);
    return own === name ? name : own;
  }
}

function split(
  node: Extract<Node, { kind: 'map' }>,
): [Extract<Node, { kind: 'map' }>['entries'], Extract<Node, { kind: 'map' }>['entries']] {
  if (node.merge === 0 || node.entries.length < 2) return [[], node.entries];
  const at = Math.min(node.merge, node.entries.length - 1);
  return [node.entries.slice(0, at), node.entries.slice(at)];
}

/** A string in one of YAML's notations: plain where it may be, in either quotes, or as a block. */
function scalar(text: string, style: number): string {
  if (style === 0 && /^[a-z][\w :/.-]*\w$/i.test(text) && !/: | #|^(?:true|null|yes|no)$/i.test(text))
    return text;
  if (style === 2) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}
