// What a proof of possession is held against: the request that carried the token.

/** The schemes that carry access tokens: RFC 6750, section 2.1; RFC 9449, section 7.1. */
export type Scheme = 'Bearer' | 'DPoP';

/** A request, for tokens that are bound to its sender. What is read of it depends on the token. */
export interface SenderRequest {
  /** Of the `Authorization` header: `readAuthorization` tells. */
  readonly scheme: Scheme;
  /** The HTTP method. */
  readonly method: string;
  /** The absolute URL as the client wrote it, so that of the proxy where there is one. */
  readonly url: string;
  /** All values of the `DPoP` header. */
  readonly dpop?: string | readonly string[] | null | undefined;
  /**
   * The certificate that the client used for mutual TLS: DER as bytes, else as the header of a proxy writes it (PEM, PEM
   * with percent-encoding, base64 of DER, or RFC 9440). Only of a connection or a proxy that you trust.
   */
  readonly certificate?: Uint8Array | string | null | undefined;
}

/** Registered, so that adapters and verifiers of two copies of this package know each other. */
export const CARRIER: unique symbol = Symbol.for('@claimgen/verifier/carrier') as never;

/** A request that an adapter describes: the framework's own object of it, which no other request has. */
export interface CarriedRequest extends SenderRequest {
  readonly [CARRIER]: object;
}

/** Undefined for a request that no adapter described. */
export function carrierOf(request: SenderRequest): object | undefined {
  return (request as Partial<CarriedRequest>)[CARRIER];
}

/** The values of the `DPoP` header. */
export function proofsOf({ dpop }: SenderRequest): readonly unknown[] {
  if (dpop === undefined || dpop === null) return [];
  return Array.isArray(dpop) ? dpop : [dpop];
}
