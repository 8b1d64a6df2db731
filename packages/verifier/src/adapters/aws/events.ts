// What API Gateway, function URLs and load balancers hand to a Lambda function, as far as it is read here.

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html and others. */
export interface EventHeaders {
  readonly headers?: { readonly [name: string]: string | undefined } | null;
  /** Of REST APIs and load balancers: all values of a header that came more than once. */
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null;
}

/** All values of a header. */
export function headerValues(
  { headers, multiValueHeaders }: EventHeaders,
  wanted: string,
): readonly string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(multiValueHeaders ?? headers ?? {})) {
    // REST APIs keep the case in which a header was sent.
    if (name.toLowerCase() !== wanted || value === undefined) continue;
    if (typeof value === 'string') found.push(value);
    else found.push(...value);
  }
  return found;
}

/**
 * The value of the `Authorization` header. Values of several such headers are joined as HTTP does (RFC 9110, section
 * 5.3), which then are no credentials.
 */
export function authorizationOf(event: EventHeaders): string | undefined {
  const found = headerValues(event, 'authorization');
  return found.length === 0 ? undefined : found.join(', ');
}
