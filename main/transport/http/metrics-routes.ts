import type { FastifyInstance } from 'fastify';
import type { Gate } from './gate.ts';
import { authenticated, scoped } from './guard.ts';

/** The source of the metrics in their text form. */
export interface MetricsPort {
  text(): Promise<string>;
}

/** Of Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The paths at which Prometheus looks by default, and at which certctl's users have it. */
const PATHS = ['/metrics', '/api/v1/metrics/prometheus'];

/** Mounts the scrape. Scrapers that cannot send a Bearer token send it as the password of Basic. */
export function mountMetrics(
  app: FastifyInstance,
  { metrics, gate }: { readonly metrics: MetricsPort; readonly gate: Gate },
): void {
  for (const url of PATHS) {
    app.get(url, {
      onRequest: [authenticated(gate, { cookie: true, basic: true }), scoped('read')],
      handler: async (_request, reply) =>
        reply
          .header('cache-control', 'no-store')
          .type(CONTENT_TYPE)
          .send(await metrics.text()),
    });
  }
}
