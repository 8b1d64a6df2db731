// Where keys may come from.

/**
 * Keys must come over TLS: who can change them on the way can sign tokens. Throws a TypeError for another
 * URL, and for one with credentials, which fetch refuses, and which would end up in logs. Its message holds
 * nothing of the URL.
 */
export function checkTransport(url: URL, option: string): URL {
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${option} must be a URL without user and password`);
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new TypeError(`${option} must be an https: URL (http: on loopback only)`);
}
