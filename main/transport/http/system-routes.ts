import type { FastifyInstance } from 'fastify';
import { failureFor } from '../../messages/failures.ts';
import { sendFailure } from './failure.ts';
import { openApiDocument } from './openapi.ts';

/** Probes and the API's description: open to everybody, since they tell nothing about this installation. */
export function mountSystem(
  app: FastifyInstance,
  readiness: () => boolean | Promise<boolean>,
  version: string,
): void {
  let document: string | null = null;

  app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) =>
    (await readiness())
      ? reply.send({ status: 'ready' })
      : sendFailure(reply, failureFor('unavailable', { code: 'error.not_ready', params: {} })),
  );

  // The same as Alertmanager has them, for what watches one.
  app.get('/-/healthy', (_request, reply) => reply.type('text/plain').send('OK'));
  app.get('/-/ready', async (_request, reply) =>
    (await readiness())
      ? reply.type('text/plain').send('OK')
      : reply.code(503).type('text/plain').send('Unavailable'),
  );

  app.get('/api/v1/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(version));
    return reply.type('application/json; charset=utf-8').send(document);
  });
}
