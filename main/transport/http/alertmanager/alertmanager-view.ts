import type { OpenAlerts } from '../../../alerts/open-alerts.ts';
import type { RouteBook } from '../../../alerts/route-service.ts';
import type { SilenceBook } from '../../../alerts/silence-service.ts';

/** What of Belfry the tools of Alertmanager get to see. */
export interface AlertmanagerPort {
  readonly openAlerts: Pick<OpenAlerts, 'all'>;
  readonly silences: Pick<SilenceBook, 'standing' | 'create' | 'replace' | 'expire'>;
  readonly routes: Pick<RouteBook, 'list'>;
  readonly channels: {
    readonly all: () => readonly { readonly id: string; readonly name: string }[];
  };
  readonly resolveTimeoutMs: () => number;
  /** Wall time at which Belfry began to run, ms UTC. */
  readonly startedAt: number;
}
