import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { preParsingHookHandler } from 'fastify';
import { errorText } from '../../base/logger.ts';
import { failureFor } from '../../messages/failures.ts';
import { RefusedRequest } from './error-handling.ts';
import { HTTP_LIMITS } from './http-limits.ts';

const INFLATERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Inflates bodies that came compressed, for every route alike. Nobody is given more than
 * `inflatedBytesMax`, whatever a few bytes stand for; each route's own limit counts what is inflated.
 */
export const inflated: preParsingHookHandler = (request, reply, payload, done) => {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') {
    done(null, payload);
    return;
  }
  const create = Object.hasOwn(INFLATERS, encoding) ? INFLATERS[encoding] : undefined;
  if (!create) {
    reply.header('accept-encoding', 'gzip, deflate, br');
    const reason = { code: 'error.encoding', params: { encoding } } as const;
    done(new RefusedRequest(failureFor('unsupported_media_type', reason)));
    return;
  }
  // The rest sees what was meant. The length is of what was sent, so that is counted beside it.
  delete request.headers['content-encoding'];
  const chunks = chunksOf({ payload, inflater: create(), encoding }, (bytes) => {
    body.receivedEncodedLength += bytes;
  });
  const body = Object.assign(Readable.from(chunks), { receivedEncodedLength: 0 });
  // Whoever has read enough stops listening, and a body that breaks after that is of no interest.
  body.on('error', () => undefined);
  done(null, body);
};

interface Compressed {
  readonly payload: Readable;
  readonly inflater: Transform;
  readonly encoding: string;
}

async function* chunksOf(
  { payload, inflater, encoding }: Compressed,
  received: (bytes: number) => void,
) {
  payload.on('data', (chunk: Buffer) => received(chunk.length));
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
    const params = { encoding, error: errorText(error) };
    throw new RefusedRequest(failureFor('invalid_input', { code: 'error.not_encoded', params }));
  }
}
