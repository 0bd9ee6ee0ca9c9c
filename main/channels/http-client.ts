import { errorText, type Logger } from '../base/logger.ts';
import { Agent, request, type Dispatcher } from 'undici';
import { guardedLookup, refuseLiteral } from './address-guard.ts';

/** More than is shown: what is cut at this edge could be half a secret, which no redaction would find. */
const EXCERPT_BYTES_MAX = 8_192;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of the body, as text; the rest is not read. */
  readonly excerpt: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Sends one request. Redirects are not followed. Rejects with the connection's own error. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

/** A client whose connections are kept alive between notifications and closed by `close`. */
export function createHttpClient(logger: Logger): { send: HttpClient; close(): Promise<void> } {
  const agent = new Agent({
    connect: { lookup: guardedLookup, timeout: 10_000 },
    keepAliveTimeout: 4_000,
    maxResponseSize: 1_048_576,
  });
  return {
    async send({ method, url, headers, body, signal }) {
      refuseLiteral(new URL(url).hostname);
      const response = await request(url, {
        method,
        headers,
        body,
        signal,
        dispatcher: agent,
      });
      const { statusCode } = response;
      return {
        statusCode,
        headers: response.headers,
        excerpt: await readExcerpt(response, logger),
      };
    },
    close: () => agent.destroy(),
  };
}

/**
 * Reads to the end, so that the connection can be kept, but keeps only the beginning. What the status
 * line said stands, whatever becomes of the body: a success that breaks off is still a success.
 */
async function readExcerpt(response: Dispatcher.ResponseData, logger: Logger): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      if (bytes < EXCERPT_BYTES_MAX) chunks.push(chunk.subarray(0, EXCERPT_BYTES_MAX - bytes));
      bytes += chunk.length;
    }
  } catch (error) {
    logger.log('debug', "A receiver's answer broke off in its body", { error: errorText(error) });
  }
  return Buffer.concat(chunks).toString('utf8');
}
