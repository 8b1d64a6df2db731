/** An issuer over real HTTP that gives real JWTs for client credentials, and fails on demand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });

/** What was asked, as the issuer read it. */
export interface Asked {
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

type Fault = (response: ServerResponse, asked: Asked) => unknown;

export interface TestIssuer {
  readonly url: string;
  readonly port: number;
  /** By client id. */
  readonly secrets: Map<string, string>;
  /** Seconds. */
  life: number;
  /** Milliseconds. */
  delay: number;
  /** Answers in place of the issuer; undefined where it answers by itself. */
  fault: Fault | undefined;
  /** Members that the answer has beyond the usual, or in place of them; undefined takes one away. */
  extra: Record<string, unknown>;
  readonly asked: Asked[];
  /** Tokens that were given. */
  grants: number;
  close(): Promise<void>;
}

export async function startIssuer(port = 0): Promise<TestIssuer> {
  const server = createServer((request, response) => void answer(request, response)).listen(
    port,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const actual = (server.address() as { port: number }).port;
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${actual}/`,
    port: actual,
    secrets: new Map([
      ['vendor', 'vendor-secret-0123456789'],
      ['other', 'other-secret-9876543210'],
    ]),
    life: 86_400,
    delay: 0,
    fault: undefined,
    extra: {},
    asked: [],
    grants: 0,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const parameters = Object.fromEntries(new URLSearchParams(body));
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    if (basic !== undefined) {
      const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
      parameters['client_id'] = new URLSearchParams(`v=${id}`).get('v') ?? '';
      parameters['client_secret'] = new URLSearchParams(`v=${secret}`).get('v') ?? '';
    }
    const asked = { parameters, headers: request.headers };
    issuer.asked.push(asked);
    if (issuer.delay > 0) await sleep(issuer.delay);
    if (issuer.fault !== undefined) {
      await issuer.fault(response, asked);
      return;
    }
    const clientId = parameters['client_id'] ?? '';
    const isKnown =
      parameters['client_assertion'] !== undefined ||
      request.headers['dpop'] !== undefined ||
      issuer.secrets.get(clientId) === parameters['client_secret'];
    if (!isKnown) return json(response, 401, { error: 'access_denied', error_description: 'Unauthorized' });
    issuer.grants += 1;
    const token = await new SignJWT({ scope: parameters['scope'] ?? '', n: issuer.grants })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(issuer.url)
      .setSubject(`${clientId}@clients`)
      .setAudience(parameters['audience'] ?? 'none')
      .setIssuedAt()
      .setExpirationTime(`${issuer.life}s`)
      .sign(privateKey);
    json(response, 200, {
      access_token: token,
      scope: parameters['scope'] ?? '',
      expires_in: issuer.life,
      token_type: 'Bearer',
      ...issuer.extra,
    });
  }
  return issuer;
}

export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The claims of a token that this issuer signed. */
export async function claimsOf(token: string): Promise<Record<string, unknown>> {
  return (await jwtVerify(token, publicKey)).payload;
}

/** The private key, as it is in PEM and JWK: what must be nowhere. */
export const signingKey = { privateKey, jwk: await exportJWK(publicKey) };
