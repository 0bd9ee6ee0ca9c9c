import { fetchPicture } from '../channels/picture-fetch.ts';
import { AutoRequeue } from '../queue/auto-requeue.ts';
import { Breaker } from '../queue/breaker.ts';
import { BulkActions } from '../queue/bulk-actions.ts';
import { BulkWork } from '../queue/bulk-work.ts';
import { ChannelPauses } from '../queue/channel-pauses.ts';
import { Fetcher, type FetcherDeps } from '../queue/fetcher.ts';
import { DeadLetterCap } from '../queue/dead-letter-cap.ts';
import { MoveLetters } from '../queue/move-letters.ts';
import { DeadLetters } from '../queue/dead-letters.ts';
import type { DeliveryDeps } from '../queue/delivery.ts';
import { EarlyProbes } from '../queue/early-probes.ts';
import { Fallbacks } from '../queue/fallback.ts';
import { IdleProbe } from '../queue/idle-probe.ts';
import { LanePolicy } from '../queue/lane-policy.ts';
import { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import { Pictures } from '../queue/pictures.ts';
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
  readonly pictures: Pictures;
  readonly pause: Pause;
}

/** Builds what fetches and keeps the pictures of alerts. */
export const buildPictures = ({ tables, settings, writer, clock, logger }: Shared): Pictures =>
  new Pictures({
    ...{ tables, writer, clock, logger },
    fetch: fetchPicture,
    hosts: () => settings.current().pictureHosts,
  });

/** Builds what sends due rows, and what knows how each channel has been doing. */
export function buildDelivery(
  { tables, channels, settings, writer, clock, logger, newId, wake }: Shared,
  { options, recheck, links, pictures, pause }: DeliveryParts,
) {
  const { random, drainMs } = options;
  const deliveryPause = () => pause.current();
  const rateGate = new RateGate({ tables, channels, clock });
  const pacing = { tables, channels, rateGate, deliveryPause, writer, clock, logger, wake };
  const autoRequeue = new AutoRequeue(pacing);
  const repairs = new Repairs(pacing);
  channels.onRepaired((unit, id, reason) => repairs.begin(unit, id, reason));
  const breaker = new Breaker({
    channels,
    clock,
    attempted: (id, outcome, now) => earlyProbes.attempted(id, outcome, now),
    recovered: (unit, id, now) => autoRequeue.begin(unit, id, now),
    succeeded: (unit, id) => repairs.begin(unit, id, 'success'),
    resumedAt: () => pause.resumedAt(),
  });
  const fallbacks = new Fallbacks({ tables, channels, newId });
  const completer = new Completer({ tables, channels, breaker, fallbacks, repairs, clock, random });
  const claims = new Fetcher({ tables, recheck, newId });
  const lanePolicy = new LanePolicy({
    tables,
    channels,
    claims,
    breaker,
    rateGate,
    completer,
  });
  const worker = new QueueWorker({
    tables,
    channels,
    pictures,
    settings,
    links,
    lanePolicy,
    breaker,
    rateGate,
    completer,
    deliveryPause,
    writer,
    clock,
    logger,
    wake,
    drainMs,
  });
  const idleProbe = new IdleProbe({
    tables,
    channels,
    pictures,
    settings,
    breaker,
    rateGate,
    autoRequeue,
    deliveryPause,
    writer,
    clock,
    logger,
    newId,
    wake,
  });
  const retries = new Retries({ tables, channels, deliveryPause });
  const earlyProbes = new EarlyProbes({ ...pacing, retries, autoRequeue, idleProbe });
  const channelPauses = new ChannelPauses({ tables, channels, writer, clock, logger, wake });
  const connections = new StandingConnections({ tables, channels, writer, clock, logger });
  const afterOutages = [autoRequeue, repairs, earlyProbes, channelPauses] as const;
  return { worker, idleProbe, earlyProbes, channelPauses, afterOutages, connections };
}

/** Builds notifications as the API shows them, dead letters by cause, and bulk work on them. */
export function buildDeadLetters(
  { tables, channels, settings, writer, clock, logger, newId, wake, render }: Shared,
  pause: Pause,
) {
  const deliveryPause = () => pause.current();
  const deadLetters = new DeadLetters({ tables, channels, clock });
  const max = () => settings.current().deadLettersMax;
  const cap = new DeadLetterCap({ tables, deadLetters, max, writer, clock, logger, wake });
  const retries = new Retries({ tables, channels, deliveryPause });
  const moves = new MoveLetters({ tables, channels, deadLetters, newId });
  const bulk = new BulkWork({
    tables,
    actions: new BulkActions({ tables, deadLetters, moves, retries, newId }),
    channels,
    deadLetters,
    retries,
    writer,
    render,
    clock,
    logger,
    newId,
    ended: () => cap.look(),
  });
  const notifications = new NotificationService({
    tables,
    deadLetters,
    retries,
    channels,
    deliveryPause,
    writer,
    clock,
    newId,
    render,
  });
  return { deadLetters, cap, bulk, notifications };
}
