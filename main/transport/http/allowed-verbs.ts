import type { FastifyInstance, HTTPMethods } from 'fastify';
import { sendFailure } from './failure.ts';

const VERBS: readonly HTTPMethods[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
];

/**
 * Notes every route that is mounted from now on. The answer, called once at the end, mounts the
 * remaining verbs of each path as 405 with Allow (RFC 9110 §15.5.6), before any body is read.
 */
export function recordVerbs(app: FastifyInstance): () => void {
  const byPath = new Map<string, Set<HTTPMethods>>();
  app.addHook('onRoute', ({ method, url }) => {
    const verbs = byPath.get(url) ?? new Set<HTTPMethods>();
    for (const verb of [method].flat()) verbs.add(verb);
    byPath.set(url, verbs);
  });
  return () => {
    for (const [url, verbs] of [...byPath]) {
      const rest = VERBS.filter((verb) => !verbs.has(verb));
      if (!url.includes('*') && rest.length > 0) mountRest(app, url, rest, [...verbs].join(', '));
    }
  };
}

function mountRest(app: FastifyInstance, url: string, rest: HTTPMethods[], allow: string): void {
  app.route({
    method: rest,
    url,
    onRequest: (request, reply) => {
      reply.header('allow', allow);
      sendFailure(reply, {
        code: 'method_not_allowed',
        message: `${request.method} is not possible here; use ${allow}.`,
      });
    },
    handler: (_request, reply) => reply,
  });
}
