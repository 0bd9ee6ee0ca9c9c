import type { Agent as PlainAgent, ClientRequest, IncomingMessage } from 'node:http';
import type { Agent as TlsAgent } from 'node:https';
import { Agent, request as requestHttp } from '../../base/node-http.ts';
import { trustIn, type Trust } from '../../base/tls-trust.ts';
import type { HttpRequest } from '../../contract/http-request.ts';
import { addressBelow } from '../../contract/http-request.ts';

/** Below the seconds after which Belfry and most proxies close. */
const KEPT_ALIVE_MS = 4_000;
/** More than the largest page or export of Belfry. */
const ANSWER_BYTES_MAX = 33_554_432;
/** A desktop shows one window; more calls at once wait. */
const SOCKETS_MAX = 8;

/** The address of a core, and what proves that it is the one. */
export interface CoreTarget {
  /** Such as `https://nas:8377` or `https://lab/belfry`. */
  readonly url: string;
  readonly token: string;
  /** The certificate (PEM) that is trusted instead of the known authorities; null for those. */
  readonly certificate: string | null;
}

/** An answer of the host, of any status. */
export interface CoreAnswer {
  readonly status: number;
  readonly text: string;
}

/** Returns the address of a core with a slash at its end, so that paths can be put below it. */
export const baseOf = ({ url }: Pick<CoreTarget, 'url'>): string =>
  url.endsWith('/') ? url : `${url}/`;

/**
 * Returns the certificates to trust: the one of the target, else the authorities of Node and of the operating
 * system. Throws UnreadableCertificate.
 */
export function trustOf({ url, certificate }: CoreTarget): Trust {
  if (!url.startsWith('https:')) return {};
  if (certificate !== null) return trustIn(certificate);
  const { getCACertificates } = process.getBuiltinModule('node:tls');
  return { ca: [...getCACertificates('default'), ...getCACertificates('system')] };
}

/** Sends requests to one core over connections that are kept alive until `close`. Redirects are not followed. */
export class CoreRequests {
  readonly #target: CoreTarget;
  #agent: PlainAgent | TlsAgent | null = null;

  constructor(target: CoreTarget) {
    this.#target = target;
  }

  /** Rejects with the connection's error, with UnreadableCertificate, and when `signal` aborts. */
  async send({ verb, path, body }: HttpRequest, signal: AbortSignal): Promise<CoreAnswer> {
    const address = new URL(addressBelow(baseOf(this.#target), path));
    const isTls = address.protocol === 'https:';
    const agent = (this.#agent ??= this.#newAgent(isTls));
    const options = {
      method: verb,
      agent,
      signal,
      headers: {
        authorization: `Bearer ${this.#target.token}`,
        ...(body === null
          ? {}
          : {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(body)),
            }),
      },
    };
    const request: ClientRequest = isTls
      ? process.getBuiltinModule('node:https').request(address, options)
      : requestHttp(address, options);
    const response = await answerTo(request, body);
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  #newAgent(isTls: boolean): PlainAgent | TlsAgent {
    const options = { keepAlive: true, timeout: KEPT_ALIVE_MS, maxSockets: SOCKETS_MAX };
    if (!isTls) return new Agent(options);
    const { Agent: SecureAgent } = process.getBuiltinModule('node:https');
    return new SecureAgent({ ...options, ...trustOf(this.#target) });
  }
}

function answerTo(request: ClientRequest, body: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays, since a host may answer and break off while the body is still being sent.
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > ANSWER_BYTES_MAX) {
      response.destroy();
      throw new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
