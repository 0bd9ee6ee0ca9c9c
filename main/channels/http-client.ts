import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { errorText, type Logger } from '../base/logger.ts';
import { Agent, request, type Dispatcher } from 'undici';

/** Cloud metadata services answer here with credentials; nothing a notification is for. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');

/** The destination leads to an address that is never a receiver. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

const isRefused = (address: string): boolean =>
  REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Checked after resolution, so that a name which leads to a refused address is refused too. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => isRefused(address));
    if (refused) {
      return callback(new RefusedAddress(`${hostname} leads to ${refused.address}.`), []);
    }
    callback(null, addresses);
  });
};

/** What an adapter may look into: services that quote the whole message name it after it. */
const BODY_BYTES_MAX = 131_072;

/** More than is shown: what is cut at this edge could be half a secret, which no redaction would find. */
const EXCERPT_BYTES_MAX = 8_192;

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
      const { hostname } = new URL(url);
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && isRefused(literal)) {
        throw new RefusedAddress(`${hostname} is a link-local address.`);
      }
      const response = await request(url, {
        method,
        headers,
        body,
        signal,
        dispatcher: agent,
      });
      const { statusCode, headers: answered } = response;
      const bytes = await readBody(response, logger);
      return {
        statusCode,
        headers: answered,
        body: bytes.toString('utf8'),
        excerpt: bytes.subarray(0, EXCERPT_BYTES_MAX).toString('utf8'),
      };
    },
    close: () => agent.destroy(),
  };
}

/**
 * Reads to the end, so that the connection can be kept, but keeps only the beginning. What the status
 * line said stands, whatever becomes of the body: a success that breaks off is still a success.
 */
async function readBody(response: Dispatcher.ResponseData, logger: Logger): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      if (bytes < BODY_BYTES_MAX) chunks.push(chunk.subarray(0, BODY_BYTES_MAX - bytes));
      bytes += chunk.length;
    }
  } catch (error) {
    logger.log('debug', "A receiver's answer broke off in its body", { error: errorText(error) });
  }
  return Buffer.concat(chunks);
}
