import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Agent as TlsAgent } from 'node:https';
import { errorText, type Logger } from '../base/logger.ts';
import { Agent, request as requestHttp } from '../base/node-http.ts';
import { guardedLookup, refuseLiteral } from './dial.ts';

/** The part that an adapter may read: services that quote the whole message name its id after it. */
const BODY_BYTES_MAX = 131_072;

/** More than is shown, since half a secret at the edge would not be redacted. */
const EXCERPT_BYTES_MAX = 8_192;

/** Longer answers are not read to their end, and lose their connection. */
const ANSWER_BYTES_MAX = 1_048_576;

/** Below the five seconds after which many servers close, so that none closes on a request of ours. */
const KEPT_ALIVE_MS = 4_000;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, as text, up to 128 KiB. */
  readonly body: string;
  /** The beginning of the body, which is kept with the attempt. */
  readonly excerpt: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
}

/** Sends one request. Redirects are not followed. Rejects with the connection's own error. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * Returns a client whose connections are kept alive between notifications and closed by `close`.
 * Interim answers (RFC 9110 §15.2: 100, 102, 103) are passed over, asked for or not: only the final one
 * counts.
 */
export function createHttpClient(logger: Logger): { send: HttpClient; close(): Promise<void> } {
  const options = { keepAlive: true, timeout: KEPT_ALIVE_MS, lookup: guardedLookup };
  const agent = new Agent(options);
  let tlsAgent: TlsAgent | null = null;
  return {
    async send({ method, url, headers, body, signal }) {
      const target = new URL(url);
      refuseLiteral(target.hostname);
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const sent = { method, headers: { ...headers, ...(body === '' ? {} : length) }, signal };
      let request: ClientRequest;
      if (target.protocol === 'https:') {
        const https = process.getBuiltinModule('node:https');
        tlsAgent ??= new https.Agent(options);
        request = https.request(target, { ...sent, agent: tlsAgent });
      } else {
        request = requestHttp(target, { ...sent, agent });
      }
      request.end(body);
      const response = await finalAnswer(request);
      const bytes = await readBody(response, logger);
      return {
        statusCode: response.statusCode ?? 0,
        headers: response.headers,
        body: bytes.toString('utf8'),
        excerpt: bytes.subarray(0, EXCERPT_BYTES_MAX).toString('utf8'),
      };
    },
    close: () => {
      agent.destroy();
      tlsAgent?.destroy();
      return Promise.resolve();
    },
  };
}

/** Rejects with the request's error, or when its connection is gone without any. */
export function finalAnswer(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays, since a receiver may answer and break off while the body is still being sent.
    request.on('error', reject);
    request.once('close', () => {
      reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
    });
  });
}

/**
 * Reads to the end, so that the connection can be kept, but returns only the beginning. The status counts
 * whatever happens to the body: a success that breaks off is still a success.
 */
function readBody(response: IncomingMessage, logger: Logger): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const done = (): void => resolve(Buffer.concat(chunks));
  response.on('data', (chunk: Buffer) => {
    if (bytes < BODY_BYTES_MAX) chunks.push(chunk.subarray(0, BODY_BYTES_MAX - bytes));
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) response.destroy();
  });
  response.once('error', (error) => {
    logger.log('debug', "A receiver's answer broke off in its body", { error: errorText(error) });
  });
  response.once('end', done);
  response.once('close', done);
  return promise;
}
