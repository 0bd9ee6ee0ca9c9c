import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../../base/logger.ts';
import { LIMITS } from '../../contract/limits.ts';
import { decodedText, readForm } from '../../base/body-text.ts';
import { isTooDeep, parseJsonOfAnyDepth, TOO_DEEP } from '../../domain/json-text.ts';
import { refuseField } from '../../messages/failures.ts';
import type { Connections } from './connections.ts';
import { BrokenJson, clientErrorHandler, errorHandler } from './error-handling.ts';
import { sendFailure } from './failure.ts';
import { HTTP_LIMITS } from './http-limits.ts';
import { inflated } from './inflated-body.ts';
import { isStreamRequest } from './stream.ts';
import { unknownRoute } from './window-routes.ts';

/** Makes a server without routes: its limits, how addresses and bodies are read, and how errors are answered. */
export function createFastify(
  newRequestId: () => string,
  logger: Logger,
  connections: Connections,
): FastifyInstance {
  const app = fastify({
    logger: false,
    genReqId: newRequestId,
    bodyLimit: LIMITS.bodyBytesMax,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    connectionTimeout: HTTP_LIMITS.connectionTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    // While stopping, our own hook answers in our own shape.
    return503OnClosing: false,
    http: {
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      // Other protocols that are offered (h2c, by Java's client) are declined, as RFC 9110 §7.8 allows.
      shouldUpgradeCallback: isStreamRequest,
    },
    rewriteUrl: ({ url = '/' }) => withoutLastSlash(url),
    routerOptions: {
      maxParamLength: 1_000,
      querystringParser: (query) => (query === '' ? {} : readForm(Buffer.from(query, 'latin1'))),
    },
    clientErrorHandler: clientErrorHandler(newRequestId, (socket, answer) =>
      connections.end(socket, answer),
    ),
    frameworkErrors: errorHandler(logger),
  });
  app.decorateRequest('caller', null);
  app.setErrorHandler(errorHandler(logger));
  app.setNotFoundHandler((request, reply) => sendFailure(reply, unknownRoute(request)));
  app.removeAllContentTypeParsers();
  app.addHook('preParsing', inflated);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const text = decodedText(body as Buffer, request.headers['content-type']);
    const parsed = parseJsonOfAnyDepth(text);
    // Only lists of events are lists, and their items are checked one by one.
    const isRefused = parsed.ok && !Array.isArray(parsed.value) && isTooDeep(parsed.value);
    if (!parsed.ok) done(new BrokenJson(parsed.error, text));
    else if (isRefused)
      done(new BrokenJson(refuseField('invalid_input', 'body', TOO_DEEP).error, text));
    else done(null, parsed.value);
  });
  return app;
}

/**
 * Leaves out the slash at the end of a path, which many senders add. What has only that, or two of them,
 * is another address and stays as it is.
 */
function withoutLastSlash(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === '/' || !path.endsWith('/') || path.endsWith('//')) return url;
  return path.slice(0, -1) + url.slice(path.length);
}
