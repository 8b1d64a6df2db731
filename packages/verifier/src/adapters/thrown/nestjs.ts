// Refusals that handlers of a NestJS app throw: as exceptions of its own, since it answers no others.
import { HttpException } from '@nestjs/common';
import type { VerifierError } from '../../errors.ts';
import { brand } from '../../errors.ts';
import { answer } from '../../refusal.ts';
import { dropBodyHeaders } from '../../refuse.ts';

/** A refusal as Nest knows it. Also a VerifierError to `isVerifierError`, with all that one has. */
export class RefusedRequest extends HttpException {
  #prepare: (() => void) | undefined;

  /** `prepareAnswer` is for an answer over HTTP. */
  constructor(error: VerifierError, prepareAnswer?: () => void) {
    const { status, body } = answer(error);
    // Where there is no answer over HTTP, such as for GraphQL, Nest looks for the status here.
    const response = prepareAnswer === undefined ? { statusCode: status, ...body } : body;
    super(response, status, { cause: error.cause });
    const { code, message, required, retryAfter, wwwAuthenticate, dpopNonce } = error;
    Object.assign(this, { code, message, required, retryAfter, wwwAuthenticate, dpopNonce });
    brand(this);
    this.#prepare = prepareAnswer;
  }

  /** Asked for when the exception is answered: not before are the headers written and the log told. */
  override getResponse(): string | object {
    const prepareAnswer = this.#prepare;
    this.#prepare = undefined;
    prepareAnswer?.();
    return super.getResponse();
  }
}

interface RawResponse {
  readonly headersSent: boolean;
  destroy(): unknown;
}

/** A response of Express, or a reply of Fastify, which has `raw`. */
export interface FrameworkResponse extends RawResponse {
  readonly raw?: RawResponse;
  hijack?(): unknown;
  header(name: string, value: string): unknown;
  getHeaders(): object;
  removeHeader(name: string): unknown;
}

export function prepare(response: FrameworkResponse, headers: Readonly<Record<string, string>>): void {
  const raw = response.raw ?? response;
  if (raw.headersSent) {
    // What was sent must not pass for all of it. Fastify must not try to answer once more.
    response.hijack?.();
    raw.destroy();
    return;
  }
  dropBodyHeaders(Object.keys(response.getHeaders()), (name) => response.removeHeader(name));
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}
