/** Keys must come over TLS: who can change them on the way can sign tokens. */
export function checkTransport(url: URL, option: string): URL {
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new TypeError(`${option} must be an https: URL (http: on loopback alone)`);
}
