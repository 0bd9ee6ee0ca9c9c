import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendFailure } from './failure.ts';
import { readWindowFiles } from './built-window.ts';

/** Serves the built window at `/`. Its routes live in the URL's hash, so every path is a file or unknown. */
export function mountWindow(app: FastifyInstance, rendererDir: string): void {
  const files = readWindowFiles(rendererDir);

  const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const file = files.get(path);
    if (!file) {
      if (path !== '/') return sendFailure(reply, unknownRoute(request));
      return sendFailure(reply, {
        code: 'not_found',
        message: `The window is not built; expected it in ${rendererDir}. Run "npm run build".`,
      });
    }
    if (request.headers['if-none-match'] === file.etag) {
      return reply.code(304).headers(file.headers).send();
    }
    return reply.headers(file.headers).send(file.body);
  };

  app.get('/', serve);
  // Named, so that nothing else is mounted in its place.
  app.get('/assets/*', serve);
  app.get('/*', serve);
}

export const unknownRoute = (request: FastifyRequest) =>
  ({
    code: 'not_found',
    message: `There is nothing at ${request.method} ${request.url.split('?', 1)[0] ?? '/'}.`,
  }) as const;
