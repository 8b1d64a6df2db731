// What the stand-in's routes take and give. Values only: the server around them does the I/O.

/** A request for the Management API or for `/oauth/token`. */
export interface ApiRequest {
  readonly method: string;
  /** Percent-encoded, as it came: `/api/v2/roles`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization?: string | undefined;
  /** The parsed body; undefined where there is none. */
  readonly body?: unknown;
}

/** What happens to an answer on its way: nothing arrives, half of it arrives, or the connection stays open in silence. */
export type Breakage = 'cut' | 'half' | 'silent';

export interface ApiAnswer {
  readonly status: number;
  /** Undefined for an empty one. A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly breakage?: Breakage;
  /** Milliseconds of the stand-in's clock before it is sent. */
  readonly delay?: number;
}

/** The errors' form of the Management API. */
export function refusal(status: number, error: string, message: string = error): ApiAnswer {
  const errorCode = error.toLowerCase().replaceAll(' ', '_');
  return { status, body: { statusCode: status, error, message, errorCode } };
}

export const NOT_FOUND: ApiAnswer = refusal(404, 'Not Found', 'The resource does not exist.');

export function invalid(message: string): ApiAnswer {
  return refusal(400, 'Bad Request', message);
}
