import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { redactedText } from '../../base/credentials.ts';
import type { Failure } from '../../contract/result.ts';
import { failureFor } from '../../messages/failures.ts';
import { sendFailure } from './failure.ts';
import { readWindowFiles } from './built-window.ts';

/** Returns true unless gzip is absent from Accept-Encoding or refused there by `q=0` (RFC 9110, 12.5.3). */
const takesGzip = (accepted = ''): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(accepted);

/** Serves the built window at `/`. Its routes live in the URL's hash, so every path is a file or unknown. */
export function mountWindow(app: FastifyInstance, rendererDir: string): void {
  const files = readWindowFiles(rendererDir);

  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const file = files.get(path);
    if (!file) {
      if (path !== '/') return sendFailure(reply, unknownRoute(request));
      const params = { path: rendererDir };
      return sendFailure(reply, failureFor('not_found', { code: 'error.not_built', params }));
    }
    if (request.headers['if-none-match'] === file.etag) {
      return reply.code(304).headers(file.headers).send();
    }
    const gzipped = takesGzip(request.headers['accept-encoding']) ? file.gzipped() : null;
    if (gzipped === null) return reply.headers(file.headers).send(file.body);
    const headers = { ...file.headers, 'content-encoding': 'gzip' };
    return reply.headers(headers).send(await gzipped);
  };

  app.get('/', serve);
  // Named, so that nothing else is mounted in its place.
  app.get('/assets/*', serve);
  app.get('/*', serve);
}

export const unknownRoute = ({ method, url }: FastifyRequest): Failure =>
  failureFor('not_found', {
    code: 'error.no_route',
    // A token stands in the path of some senders, who may have mistyped the rest of it.
    params: { method, path: redactedText(url.split('?', 1)[0] ?? '/') },
  });
