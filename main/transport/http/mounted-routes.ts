import type { FastifyInstance, HTTPMethods } from 'fastify';
import { failureFor } from '../../messages/failures.ts';
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

/** Every route of a server, in whichever scope it is mounted: notes them from the moment it is made. */
export class MountedRoutes {
  readonly #app: FastifyInstance;
  readonly #byPath = new Map<string, Set<HTTPMethods>>();
  readonly #firstSegments = new Set<string>();

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('onRoute', ({ method, url }) => {
      const verbs = this.#byPath.get(url) ?? new Set<HTTPMethods>();
      for (const verb of [method].flat()) verbs.add(verb);
      this.#byPath.set(url, verbs);
      const segment = firstSegmentOf(url);
      // A number is the version of an interface and no name, so it stays free for topics.
      if (!/^\d+$/.test(segment)) this.#firstSegments.add(segment);
    });
  }

  /** Returns true if a route of a fixed name begins with this segment, so that nobody else may use it. */
  isTaken(segment: string): boolean {
    return this.#firstSegments.has(segment);
  }

  /**
   * Mounts the remaining verbs of each path as 405 with Allow (RFC 9110 §15.5.6), before any body is
   * read, once every scope that was registered so far has mounted its own. Where even the first
   * segment is the sender's to choose, what is not understood is nothing that exists.
   */
  mountOtherVerbs(): void {
    void this.#app.register((_scope, _options, done) => {
      for (const [url, verbs] of [...this.#byPath]) {
        const rest = VERBS.filter((verb) => !verbs.has(verb));
        if (url.includes('*') || url.startsWith('/:') || rest.length === 0) continue;
        mountRest(this.#app, url, rest, [...verbs].join(', '));
      }
      done();
    });
  }
}

const firstSegmentOf = (url: string): string => url.split('/', 2)[1] ?? '';

function mountRest(app: FastifyInstance, url: string, rest: HTTPMethods[], allow: string): void {
  app.route({
    method: rest,
    url,
    onRequest: (request, reply) => {
      reply.header('allow', allow);
      const params = { method: request.method, allow };
      sendFailure(reply, failureFor('method_not_allowed', { code: 'error.verb', params }));
    },
    handler: (_request, reply) => reply,
  });
}
