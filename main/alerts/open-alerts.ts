import type { Clock } from '../base/clock.ts';
import type { Alert } from '../contract/alert.ts';
import type { Route } from '../contract/route.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Tables } from '../store/tables.ts';
import type { InhibitionService } from './rules/inhibition-service.ts';
import type { Mutes } from './rules/mutes.ts';
import type { RouteService } from './rules/route-service.ts';
import type { SilenceService } from './rules/silence-service.ts';

export interface OpenAlertsDeps {
  readonly tables: Pick<Tables, 'alerts' | 'alertPages'>;
  readonly silences: Pick<SilenceService, 'covering'>;
  readonly inhibitions: Pick<InhibitionService, 'muting'>;
  readonly mutes: Pick<Mutes, 'muteOf'>;
  readonly routes: Pick<RouteService, 'targets'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly clock: Clock;
}

type AlertAlone = Omit<Alert, 'mutedBy'>;

/** A channel that an alert leads to, and the route by which it does; null without routes. */
export interface RoutedTarget {
  readonly channel: string;
  readonly route: Route | null;
}

/** An alert that is not closed, with everything that decides who is notified of it now. */
export interface OpenAlert {
  readonly alert: AlertAlone;
  /** Ids of every silence that covers it. */
  readonly silencedBy: readonly string[];
  /** The alert that inhibits it; null when none does. */
  readonly inhibitedBy: AlertAlone | null;
  /** The kind of any other mute, such as `maintenance`; null if there is none. */
  readonly otherwiseMutedBy: string | null;
  readonly leads: readonly RoutedTarget[];
}

/** Alerts between two turns of the event loop, so that ingest does not wait for whoever reads. */
const BATCH = 100;

/** Every alert that is not closed, for those who want to see all of them at once. */
export class OpenAlerts {
  readonly #deps: OpenAlertsDeps;

  constructor(deps: OpenAlertsDeps) {
    this.#deps = deps;
  }

  /**
   * Those that `isWanted` takes, oldest first. What comes or goes meanwhile may be seen or not. No rule is
   * asked about the others.
   */
  async *all(isWanted: (alert: AlertAlone) => boolean): AsyncGenerator<OpenAlert> {
    const { alertPages } = this.#deps.tables;
    for (let batch = alertPages.openAfter(0, BATCH); batch.length > 0;) {
      for (const row of batch) if (isWanted(row)) yield this.#seen(row);
      await new Promise(setImmediate);
      batch = alertPages.openAfter(batch.at(-1)?.seq ?? 0, BATCH);
    }
  }

  #seen(alert: AlertAlone): OpenAlert {
    const { silences, inhibitions, mutes, routes, channels, clock } = this.#deps;
    const { alerts } = this.#deps.tables;
    const now = clock.now();
    const inhibited = inhibitions.muting(alert);
    const mute = mutes.muteOf(alert, 'raised', now)?.kind ?? null;
    const isOther = mute !== 'silence' && mute !== 'inhibition';
    return {
      alert,
      silencedBy: silences.covering(alert, now),
      inhibitedBy: inhibited && alerts.byId(inhibited.by.id),
      otherwiseMutedBy: isOther ? mute : null,
      leads: routes.targets(alert).map(({ channelId, route }) => ({
        channel: channels.get(channelId)?.name ?? '',
        route,
      })),
    };
  }
}
