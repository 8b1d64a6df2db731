// A request as an adapter describes it for `verify`: read as far as the token asks for it.
import { VerifierError } from '../errors.ts';
import { parseUrl } from '../parse-url.ts';
import { normalUrl } from './normal-url.ts';
import type { RequestParts } from './request-parts.ts';
import type { CarriedRequest, Scheme, SenderRequest } from './sender-request.ts';
import { CARRIER } from './sender-request.ts';

/** Of an adapter's options, for tokens that are bound to their sender. */
export interface ProofOptions<R> {
  /**
   * The URL of a request as its client wrote it: behind a proxy, the URL to which paths are appended, or a function of the
   * request. By default by the connection, or the event, and the Host header.
   */
  readonly url?: string | ((request: R) => string);
  /**
   * The certificate of the client: the name of the header in which a proxy that you trust, and that nobody can go round,
   * writes it, or a function of the request. By default that of the connection.
   */
  readonly certificate?: string | ((request: R) => Uint8Array | string | undefined);
}

/** Throws a TypeError for options that can't work. */
export function checkProofOptions<R>({ url, certificate }: ProofOptions<R>): void {
  if (url !== undefined && typeof url !== 'function') checkBase(url);
  if (certificate === undefined || typeof certificate === 'function') return;
  if (typeof certificate !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(certificate))
    throw new TypeError('certificate must be the name of a header, or a function');
}

function checkBase(url: unknown): void {
  const base = typeof url === 'string' ? parseUrl(url) : undefined;
  const plain =
    base !== undefined && !/[?#\s]/.test(url as string) && base.username === '' && base.password === '';
  if (plain && /^https?:\/\/[^/]/i.test(url as string)) return;
  throw new TypeError(
    'url must be an absolute URL without query, such as https://api.acme.com, or a function',
  );
}

/** The request, as `verify` asks for it. */
export function describeRequest<R>(
  request: R,
  scheme: Scheme,
  parts: RequestParts<R>,
  options: ProofOptions<R>,
): SenderRequest {
  return new DescribedRequest<R>(request, scheme, parts, options);
}

class DescribedRequest<R> implements CarriedRequest {
  readonly scheme: Scheme;
  readonly #request: R;
  readonly #parts: RequestParts<R>;
  readonly #options: ProofOptions<R>;

  constructor(request: R, scheme: Scheme, parts: RequestParts<R>, options: ProofOptions<R>) {
    this.scheme = scheme;
    this.#request = request;
    this.#parts = parts;
    this.#options = options;
  }

  get [CARRIER](): object {
    return this.#parts.carrier(this.#request);
  }

  get method(): string {
    const method = this.#parts.method(this.#request);
    if (typeof method === 'string') return method;
    throw new VerifierError('request_malformed', 'A proof needs an HTTP request, and this one has no method');
  }

  get dpop(): readonly string[] {
    return this.#parts.header(this.#request, 'dpop');
  }

  get url(): string {
    const { url } = this.#options;
    if (typeof url === 'function') return url(this.#request);
    const path = this.#parts.path(this.#request);
    // The absolute form is for proxies, the asterisk for OPTIONS: RFC 9112, section 3.2.
    if (typeof path !== 'string' || !path.startsWith('/'))
      throw new VerifierError('request_malformed', 'A proof needs a request whose target is a path');
    const whole = `${(url ?? this.#parts.origin(this.#request)).replace(/\/$/, '')}${path}`;
    if (normalUrl(whole) === undefined)
      throw new VerifierError('request_malformed', 'Host and target of the request must make a URL');
    return whole;
  }

  get certificate(): Uint8Array | string | undefined {
    const { certificate } = this.#options;
    if (certificate === undefined) return this.#parts.certificate(this.#request);
    if (typeof certificate === 'function') return certificate(this.#request);
    const values = this.#parts.header(this.#request, certificate.toLowerCase());
    return values.length === 1 ? values[0] : undefined;
  }
}
