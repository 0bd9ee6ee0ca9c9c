import type { ClientRequest, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isInside } from '../base/networks.ts';
import { request as requestHttp } from '../base/node-http.ts';
import type { PictureFailure } from '../contract/alert-picture.ts';
import { pictureFormat, type FetchedPicture, type Picture } from '../domain/picture-format.ts';
import { finalAnswer } from './http-client.ts';
import { guardedLookup, RefusedAddressError, refuseLiteral } from './dial.ts';

const REDIRECTS_MAX = 3;

/** Every service that takes pictures takes as much. */
const PICTURE_BYTES_MAX = 2_097_152;

/** A picture takes 4 bytes for each pixel wherever it is shown. */
const PIXELS_MAX = 25_000_000;
const SIDE_PIXELS_MAX = 10_000;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Returns true if an address has one of the hosts: by the name, or the IP address, that stands in it. */
function isAmongHosts(hosts: readonly string[], address: URL): boolean {
  const name = address.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(name) === 0) return hosts.includes(name);
  return isInside(
    hosts.filter((host) => isIP(host.split('/', 1)[0] ?? '') !== 0),
    name,
  );
}

/** Thrown within a fetch. */
class Refused extends Error {
  readonly failure: PictureFailure;

  constructor(failure: PictureFailure) {
    super(failure);
    this.failure = failure;
  }
}

/**
 * Fetches the picture at an http or https address, from nowhere but `hosts`; null if the address has none of
 * them. Never rejects.
 */
export async function fetchPicture(
  address: string,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<FetchedPicture | null> {
  const target = new URL(address);
  if (!isAmongHosts(hosts, target)) return null;
  try {
    return { failure: null, ...(await pictureAt(target, hosts, signal)) };
  } catch (error) {
    return { failure: failureOf(error, signal) };
  }
}

function failureOf(error: unknown, signal: AbortSignal): PictureFailure {
  if (error instanceof Refused) return error.failure;
  if (error instanceof RefusedAddressError) return 'address_refused';
  return signal.aborted ? 'timed_out' : 'unreachable';
}

async function pictureAt(
  address: URL,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Picture> {
  let target = address;
  for (let redirects = 0; ; redirects++) {
    const response = await get(target, signal);
    // Rejects no read, and keeps an error after it from being nobody's.
    response.on('error', () => undefined);
    try {
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return shown(await bytesOf(response));
      if (!REDIRECTS.has(statusCode)) throw new Refused('status');
      target = redirectedTo(headers.location, target);
      if (redirects === REDIRECTS_MAX || !isAmongHosts(hosts, target)) {
        throw new Refused('redirected');
      }
    } finally {
      response.destroy();
    }
  }
}

/** Sends one request, over a new connection that ends with it. No cookie and no login goes along. */
function get(target: URL, signal: AbortSignal): Promise<IncomingMessage> {
  refuseLiteral(target.hostname);
  const { href, protocol } = target;
  const headers = { 'user-agent': 'Belfry', accept: 'image/*' };
  const options = { headers, signal, agent: false, lookup: guardedLookup } as const;
  const request: ClientRequest =
    protocol === 'https:'
      ? process.getBuiltinModule('node:https').request(href, options)
      : requestHttp(href, options);
  request.end();
  return finalAnswer(request);
}

/** Returns where a redirect leads, without user and password. */
function redirectedTo(location: string | undefined, from: URL): URL {
  const target = URL.parse(location ?? '', from);
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    throw new Refused('redirected');
  }
  target.username = target.password = '';
  return target;
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  if (Number(response.headers['content-length']) > PICTURE_BYTES_MAX)
    throw new Refused('too_large');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PICTURE_BYTES_MAX) throw new Refused('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function shown(bytes: Buffer): Picture {
  const format = pictureFormat(bytes);
  if (format === null) throw new Refused('no_picture');
  const { width, height } = format;
  const isHuge = width * height > PIXELS_MAX || Math.max(width, height) > SIDE_PIXELS_MAX;
  if (isHuge) throw new Refused('too_large');
  return { ...format, bytes };
}
