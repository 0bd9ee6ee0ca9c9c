import { ok } from '../contract/result.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Handlers } from './dispatch.ts';

/** The contract over the metrics. */
export const metricsHandlers = (metrics: Pick<Metrics, 'json'>): Pick<Handlers, 'metrics.get'> => ({
  'metrics.get': async () => ok(await metrics.json()),
});
