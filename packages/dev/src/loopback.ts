// What is on this machine, by its name in a URL.

/** Hosts of loopback as the URL parser writes them: RFC 8252, section 7.3, and RFC 6761, section 6.3. */
const HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL, or an origin, is on this machine. */
export function isLoopbackUrl(text: string): boolean {
  try {
    // Not URL.canParse: Node 20 and 22 refuse every URL with an é or ü by it, once it is compiled.
    const { protocol, hostname } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && HOSTS.has(hostname);
  } catch {
    return false;
  }
}

/** Whether the header Host names this machine: a page elsewhere may have had its own name resolved to loopback. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopbackUrl(`http://${host}`);
}
