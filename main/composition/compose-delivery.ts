import { AutoRequeue } from '../queue/auto-requeue.ts';
import { Breaker } from '../queue/breaker.ts';
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
import { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import { RateGate } from '../queue/rate-gate.ts';
import { Repairs } from '../queue/repairs.ts';
import { Retries } from '../queue/retries.ts';
import { Completer } from '../queue/completer.ts';
import { StandingConnections } from '../queue/standing-connections.ts';
import { QueueWorker } from '../queue/worker.ts';
import type { CoreOptions, Shared } from './compose-shared.ts';

interface DeliveryParts {
  readonly options: Pick<CoreOptions, 'random' | 'drainMs'>;
  readonly recheck: FetcherDeps['recheck'];
  readonly links: DeliveryDeps['links'];
  readonly pause: Pause;
}

/** Builds what sends due rows, and what knows how each channel has been doing. */
export function buildDelivery(
  { tables, channels, settings, writer, clock, logger, newId, wake }: Shared,
  { options, recheck, links, pause }: DeliveryParts,
) {
  const { alerts, notifications, bundles, attempts, threads, messages } = tables;
  const { audit, shownAlerts } = tables;
  const pausedUntil = () => pause.until();
  const rateGate = new RateGate({ attempts, channels, clock });
  const autoRequeue = new AutoRequeue({
    notifications,
    channels,
    rateGate,
    settings: tables.settings,
    audit,
    writer,
    clock,
    logger,
    wake,
    pausedUntil,
  });
  const repairs = new Repairs({
    repairs: tables.repairs,
    notifications,
    channels,
    rateGate,
    writer,
    clock,
    logger,
    wake,
    pausedUntil,
  });
  channels.onRepaired((unit, id, reason) => repairs.begin(unit, id, reason));
  const breaker = new Breaker({
    channels,
    clock,
    recovered: (unit, id, now) => autoRequeue.begin(unit, id, now),
    succeeded: (unit, id) => repairs.begin(unit, id, 'success'),
    resumedAt: () => pause.resumedAt(),
  });
  const fallbacks = new Fallbacks({
    notifications,
    bundles,
    channels,
    newId,
  });
  const completer = new Completer({
    notifications,
    attempts,
    channels,
    threads,
    messages,
    breaker,
    fallbacks,
    repairs,
    clock,
    random: options.random,
  });
  const lanePolicy = new LanePolicy({
    notifications,
    channels,
    claims: new Fetcher({ notifications, bundles, recheck, newId }),
    breaker,
    rateGate,
    completer,
  });
  const worker = new QueueWorker({
    notifications,
    alerts,
    threads,
    bundles,
    channels,
    settings,
    links,
    lanePolicy,
    breaker,
    rateGate,
    completer,
    writer,
    clock,
    logger,
    wake,
    pausedUntil,
    drainMs: options.drainMs,
  });
  const idleProbe = new IdleProbe({
    notifications,
    channels,
    breaker,
    rateGate,
    autoRequeue,
    settings,
    writer,
    clock,
    logger,
    newId,
    wake,
    pausedUntil,
  });
  const channelPauses = new ChannelPauses({ channels, audit, writer, clock, logger, wake });
  return {
    worker,
    idleProbe,
    channelPauses,
    afterOutages: [autoRequeue, repairs, channelPauses] as const,
    connections: new StandingConnections({ channels, shownAlerts, writer, clock, logger }),
  };
}

/** Builds notifications as the API shows them, dead letters by cause, and bulk work on them. */
export function buildDeadLetters(
  { tables, channels, settings, writer, clock, logger, newId, wake, render }: Shared,
  pausedUntil: () => number | null,
) {
  const { audit, bundles, notifications, attempts } = tables;
  const deadLetters = new DeadLetters({ notifications, channels });
  const cap = new DeadLetterCap({
    notifications,
    deadLetters,
    audit,
    writer,
    clock,
    logger,
    wake,
    max: () => settings.current().deadLettersMax,
  });
  const retries = new Retries({ notifications, channels, pausedUntil });
  const bulk = new BulkWork({
    jobs: tables.bulkJobs,
    actions: new BulkActions({ deadLetters, retries, bundles, notifications, newId }),
    deadLetters,
    retries,
    notifications,
    audit,
    writer,
    render,
    clock,
    logger,
    newId,
    ended: () => cap.look(),
  });
  const service = new NotificationService({
    notifications,
    deadLetters,
    retries,
    attempts,
    channels,
    audit,
    writer,
    clock,
    newId,
    pausedUntil,
    render,
  });
  return { deadLetters, cap, bulk, notifications: service };
}
