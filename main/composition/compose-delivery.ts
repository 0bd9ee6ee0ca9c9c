import { AutoRequeue } from '../queue/auto-requeue.ts';
import { Breaker, type BreakerDeps } from '../queue/breaker.ts';
import { BulkActions } from '../queue/bulk-actions.ts';
import { BulkWork } from '../queue/bulk-work.ts';
import { ChannelPauses } from '../queue/channel-pauses.ts';
import { Fetcher, type FetcherDeps } from '../queue/fetcher.ts';
import { DeadLetterCap } from '../queue/dead-letter-cap.ts';
import { DeadLetters } from '../queue/dead-letters.ts';
import type { DeliveryDeps } from '../queue/delivery.ts';
import { Fallbacks } from '../queue/fallback.ts';
import { IdleProbe } from '../queue/idle-probe.ts';
import { LanePolicy } from '../queue/lane-policy.ts';
import { LimitedCount } from '../queue/limited-count.ts';
import { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import { RateGate } from '../queue/rate-gate.ts';
import { Repairs } from '../queue/repairs.ts';
import { Retries } from '../queue/retries.ts';
import { Completer } from '../queue/completer.ts';
import { StandingConnections } from '../queue/standing-connections.ts';
import { QueueWorker } from '../queue/worker.ts';
import type { CoreOptions } from './compose-shared.ts';
import type { Shared } from './compose-shared.ts';

interface DeliveryParts extends Shared {
  readonly options: CoreOptions;
  readonly recheck: FetcherDeps['recheck'];
  readonly links: DeliveryDeps['links'];
  readonly pause: Pause;
}

/** What takes due rows to their channels, and knows how each of these has been of late. */
export function buildDelivery({ options, recheck, links, pause, ...shared }: DeliveryParts) {
  const pausedUntil = () => pause.until();
  const resumedAt = () => pause.resumedAt();
  const { tables } = shared;
  const common = { ...tables, ...shared };
  const rateGate = new RateGate(common);
  const autoRequeue = new AutoRequeue({
    ...common,
    settings: tables.settings,
    rateGate,
    pausedUntil,
  });
  const recovered: BreakerDeps['recovered'] = (unit, id, now) => autoRequeue.begin(unit, id, now);
  const repairs = new Repairs({
    ...common,
    repairs: tables.repairs,
    rateGate,
    pausedUntil,
  });
  shared.channels.onRepaired((unit, id, reason) => repairs.begin(unit, id, reason));
  const succeeded: BreakerDeps['succeeded'] = (unit, id) => repairs.begin(unit, id, 'success');
  const breaker = new Breaker({ ...common, recovered, succeeded, resumedAt });
  const fallbacks = new Fallbacks(common);
  const completer = new Completer({
    ...common,
    breaker,
    fallbacks,
    repairs,
    random: options.random,
  });
  const claims = new Fetcher({ ...common, recheck });
  const limitedCount = new LimitedCount(tables.notifications);
  const gates = { claims, breaker, rateGate, limitedCount };
  const lanePolicy = new LanePolicy({ ...common, ...gates, completer });
  const parts = { links, lanePolicy, breaker, rateGate, completer, pausedUntil };
  const worker = new QueueWorker({ ...common, ...parts, drainMs: options.drainMs });
  const idleProbe = new IdleProbe({ ...common, autoRequeue, breaker, rateGate, pausedUntil });
  const channelPauses = new ChannelPauses(shared);
  const afterOutages = [autoRequeue, repairs, channelPauses] as const;
  return {
    worker,
    afterOutages,
    channelPauses,
    idleProbe,
    connections: new StandingConnections(common),
  };
}

/** Notifications, as the outside sees them; dead letters by cause, many at once, and never too many. */
export function buildDeadLetters(shared: Shared, pausedUntil: () => number | null) {
  const { tables, settings } = shared;
  const deadLetters = new DeadLetters({ ...tables, ...shared });
  const max = () => settings.current().deadLettersMax;
  const cap = new DeadLetterCap({ ...tables, ...shared, deadLetters, max });
  const ended = () => cap.look();
  const retries = new Retries({ ...tables, ...shared, pausedUntil });
  const common = { ...tables, ...shared, deadLetters, retries };
  const actions = new BulkActions(common);
  const bulk = new BulkWork({ ...common, jobs: tables.bulkJobs, actions, ended });
  return {
    deadLetters,
    cap,
    bulk,
    notifications: new NotificationService({ ...common, pausedUntil }),
  };
}
