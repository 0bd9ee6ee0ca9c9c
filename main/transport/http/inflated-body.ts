import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { preParsingAsyncHookHandler } from 'fastify';
import { errorText } from '../../base/logger.ts';
import { HTTP_LIMITS } from './http-limits.ts';

const INFLATERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

const refusal = (statusCode: number, message: string): Error =>
  Object.assign(new Error(message), { statusCode });

/**
 * Inflates bodies that came compressed, for every route alike. Nobody is given more than
 * `inflatedBytesMax`, whatever a few bytes stand for; each route's own limit counts what is inflated.
 */
export const inflated: preParsingAsyncHookHandler = (request, reply, payload) => {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return Promise.resolve(payload);
  const create = Object.hasOwn(INFLATERS, encoding) ? INFLATERS[encoding] : undefined;
  if (!create) {
    reply.header('accept-encoding', 'gzip, deflate, br');
    const message = `The Content-Encoding "${encoding}" is not read here. Send the body as it is, or as gzip, deflate or br.`;
    return Promise.reject(refusal(415, message));
  }
  // The length and the encoding are of what was sent, and the rest sees what was meant.
  delete request.headers['content-encoding'];
  delete request.headers['content-length'];
  const body = Readable.from(chunksOf(payload, create(), encoding));
  // Whoever has read enough stops listening, and a body that breaks after that is of no interest.
  body.on('error', () => undefined);
  return Promise.resolve(body);
};

async function* chunksOf(payload: Readable, inflater: Transform, encoding: string) {
  payload.once('error', (error) => inflater.destroy(error));
  payload.once('aborted', () => inflater.destroy(new Error('The body broke off.')));
  let bytes = 0;
  try {
    for await (const chunk of payload.pipe(inflater)) {
      yield chunk as Buffer;
      bytes += (chunk as Buffer).length;
      if (bytes > HTTP_LIMITS.inflatedBytesMax) return;
    }
  } catch (error) {
    throw refusal(400, `The body is not ${encoding} as it says: ${errorText(error)}.`);
  }
}
