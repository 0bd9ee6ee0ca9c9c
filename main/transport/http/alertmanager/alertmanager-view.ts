import type { OpenAlerts } from '../../../alerts/open-alerts.ts';
import type { RouteService } from '../../../alerts/rules/route-service.ts';
import type { SilenceService } from '../../../alerts/rules/silence-service.ts';

/** The parts of Belfry that the tools of Alertmanager get to see. */
export interface AlertmanagerView {
  readonly openAlerts: Pick<OpenAlerts, 'all'>;
  readonly silences: Pick<SilenceService, 'standing' | 'replace' | 'expire'> & {
    readonly collection: Pick<SilenceService['collection'], 'create'>;
  };
  readonly routes: Pick<RouteService, 'list'>;
  readonly channels: {
    readonly all: () => readonly { readonly id: string; readonly name: string }[];
  };
  readonly resolveTimeoutMs: () => number;
  /** Wall time at which Belfry began to run, ms UTC. */
  readonly startedAt: number;
}
