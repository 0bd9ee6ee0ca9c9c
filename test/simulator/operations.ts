import type { Core } from '../../main/core.ts';
import { channelInput } from '../../main/contract/channel.ts';
import {
  inhibitionInput,
  maintenanceInput,
  silenceInput,
} from '../../main/contract/suppression.ts';
import { routeInput } from '../../main/contract/route.ts';
import type { AlertAction } from '../../main/alerts/alert-service.ts';
import type { Records, NotificationRecord } from './records.ts';
import {
  CHANNELS_MAX,
  DAY_MS,
  HOSTS,
  KINDS,
  MINUTE_MS,
  type RouteWay,
  type Step,
} from './steps.ts';

/** The target of operations. */
export interface Target {
  readonly core: Core;
  readonly records: Records;
  readonly now: number;
  /** A number that was not given before, for names. */
  readonly newNumber: () => number;
}

export type Operation = Exclude<
  Step,
  {
    do:
      | ('fire' | 'resolve' | 'flip' | 'report' | 'storm' | 'message')
      | ('wait' | 'sleep' | 'restart' | 'clock' | 'crash' | 'crash at commit')
      | ('receiver' | 'heal network' | 'disk');
  }
>;

const ACTOR = 'operator';
const ISO = (ms: number): string => new Date(ms).toISOString();

const picked = <T>(from: readonly T[], pick: number): T | undefined => from[pick % from.length];

/** Does what people do, through the services that the API's handlers call. What cannot be done now is left. */
export async function operate(step: Operation, target: Target): Promise<unknown> {
  switch (step.do) {
    case 'acknowledge':
    case 'unacknowledge':
    case 'unsnooze':
      return act(target, step.pick, { kind: step.do });
    case 'close':
      return act(target, step.pick, { kind: 'resolve' });
    case 'snooze':
      return act(target, step.pick, { kind: 'snooze', durationMs: step.forMs });
    case 'silence':
    case 'maintain':
    case 'inhibit':
    case 'unmute':
    case 'pause':
    case 'unpause':
    case 'quiet hours':
      return mute(step, target);
    case 'route':
    case 'unroute':
      return reroute(step, target);
    case 'requeue':
    case 'discard':
    case 'retry':
    case 'undo':
      return handle(step, target);
    case 'requeue all':
      return target.core.bulk.requeue({ filter: {} }, ACTOR);
    case 'discard all':
      return target.core.bulk.discard({ filter: {} }, ACTOR);
    case 'retry all':
      return target.core.bulk.retry({ filter: {} }, ACTOR);
    case 'summarise':
      return target.core.bulk.requeue({ filter: {}, asSummary: true }, ACTOR);
    default:
      return changeChannels(step, target);
  }
}

function act({ core, records }: Target, pick: number, action: AlertAction) {
  const open = records.alerts().filter(({ closed_at }) => closed_at === null);
  const alert = picked(open, pick);
  return alert ? core.alerts.act(alert.id, action, ACTOR) : null;
}

type Mute = Extract<
  Operation,
  { do: 'silence' | 'maintain' | 'inhibit' | 'unmute' | 'pause' | 'unpause' | 'quiet hours' }
>;

async function mute(step: Mute, { core, records, now, newNumber }: Target): Promise<unknown> {
  switch (step.do) {
    case 'silence': {
      const startsAt = now + step.startsInMs;
      const times = { startsAt: ISO(startsAt), endsAt: ISO(startsAt + step.forMs) };
      const matchers = [`kind="${KINDS[step.kind] ?? ''}"`];
      return core.silences.collection.create(silenceInput.parse({ matchers, ...times }), ACTOR);
    }
    case 'maintain': {
      const startsAt = now + step.startsInMs;
      const schedule = {
        type: 'once',
        startsAt: ISO(startsAt),
        endsAt: ISO(startsAt + step.forMs),
      };
      const matchers = [`host="${HOSTS[step.host] ?? ''}"`];
      const announceTo = step.announced ? records.channels().map(({ id }) => id) : [];
      const window = { name: `window ${newNumber()}`, matchers, schedule, announceTo };
      return core.maintenance.collection.create(maintenanceInput.parse(window), ACTOR);
    }
    case 'inhibit': {
      if (step.source === step.target) return null;
      const sourceMatchers = [`kind="${KINDS[step.source] ?? ''}"`];
      const targetMatchers = [`kind="${KINDS[step.target] ?? ''}"`];
      const name = `inhibition ${newNumber()}`;
      const rule = { name, sourceMatchers, targetMatchers, equal: ['host'] };
      return core.inhibitions.collection.create(inhibitionInput.parse(rule), ACTOR);
    }
    case 'unmute':
      return unmute(core, records, now, step.pick);
    case 'pause':
      return core.pause.begin(step.forMs, ACTOR);
    case 'unpause':
      return core.pause.end(ACTOR);
    case 'quiet hours': {
      const days = [1, 2, 3, 4, 5, 6, 7];
      const periods = [{ days, from: '22:00', to: '07:00' }];
      const { enabled } = step;
      return core.settings.update({ quietHours: { enabled, timeZone: 'UTC', periods } }, ACTOR);
    }
  }
}

/** Ends one silence, maintenance window or inhibition. */
function unmute(core: Core, records: Records, now: number, pick: number) {
  const silences = records.silences().filter(({ ends_at }) => ends_at > now);
  const ends = [
    ...silences.map(
      ({ id }) =>
        () =>
          core.silences.expire(id, ACTOR),
    ),
    ...records.maintenance().map(
      ({ id }) =>
        () =>
          core.maintenance.collection.delete(id, ACTOR),
    ),
    ...records.inhibitions().map(
      ({ id }) =>
        () =>
          core.inhibitions.collection.delete(id, ACTOR),
    ),
  ];
  return picked(ends, pick)?.() ?? null;
}

/** Ends everything that keeps notifications from being sent, and brings back what can be brought back. */
export async function calm({ core, records, now }: Target): Promise<void> {
  for (const { id, ends_at } of records.silences()) {
    if (ends_at > now) await core.silences.expire(id, ACTOR);
  }
  for (const { id } of records.maintenance()) await core.maintenance.collection.delete(id, ACTOR);
  for (const { id } of records.inhibitions()) await core.inhibitions.collection.delete(id, ACTOR);
  await core.pause.end(ACTOR);
  await core.settings.update({ quietHours: { enabled: false } }, ACTOR);
  for (const { id, closed_at, snoozed_until } of records.alerts()) {
    if (closed_at === null && snoozed_until !== null) {
      await core.alerts.act(id, { kind: 'unsnooze' }, ACTOR);
    }
  }
  for (const { id, enabled, paused_since } of records.channels()) {
    if (paused_since !== null) await core.channelPauses.resume(id, ACTOR);
    if (enabled === 0) await core.channels.collection.update({ id, enabled: true }, ACTOR);
    await core.notifications.test(id, ACTOR);
  }
}

const WAYS: Record<RouteWay, object> = {
  plain: {},
  grouped: { group: { by: ['host'], waitMs: 15_000 } },
  held: { holdForMs: MINUTE_MS },
  settling: { resolvedForMs: 20 * MINUTE_MS },
  reminded: { reminder: { intervalMs: 5 * MINUTE_MS, max: 2 } },
  louder: { reminder: { intervalMs: MINUTE_MS, max: 5, minSeverity: 'critical', louder: true } },
  escalated: {},
};

function reroute(
  step: Extract<Operation, { do: 'route' | 'unroute' }>,
  { core, records, newNumber }: Target,
) {
  if (step.do === 'unroute') {
    const route = picked(records.routes(), step.pick);
    return route ? core.routes.collection.delete(route.id, ACTOR) : null;
  }
  const channels = records.channels();
  const [first, second] = step.picks.map((pick) => picked(channels, pick)?.id);
  if (first === undefined || second === undefined) return null;
  const route = {
    name: `route ${newNumber()}`,
    matchers: step.kind < 0 ? [] : [`kind="${KINDS[step.kind] ?? ''}"`],
    minSeverity: step.minimum,
    channelIds: [first],
    continue: step.on,
    ...WAYS[step.way],
    ...(step.way === 'escalated' && {
      escalation: [{ afterMs: 2 * MINUTE_MS, channelIds: [second] }],
    }),
  };
  return core.routes.collection.create(routeInput.parse(route), ACTOR);
}

function handle(
  { do: action, pick }: Extract<Operation, { do: 'requeue' | 'discard' | 'retry' | 'undo' }>,
  { core, records }: Target,
) {
  const isMeant: Record<typeof action, (row: NotificationRecord) => boolean> = {
    requeue: ({ status }) => status === 'dead',
    discard: ({ status }) => status === 'dead' || status === 'failed' || status === 'pending',
    retry: ({ status }) => status === 'failed' || status === 'pending',
    undo: ({ cancel_reason }) => cancel_reason === 'discarded',
  };
  const row = picked(records.notifications().filter(isMeant[action]), pick);
  if (!row) return null;
  switch (action) {
    case 'requeue':
      return core.notifications.requeue(row.id, ACTOR);
    case 'discard':
      return core.notifications.discard(row.id, ACTOR);
    case 'retry':
      return core.notifications.retry(row.id, ACTOR);
    case 'undo':
      return core.bulk.undoDiscard(row.id, ACTOR);
  }
}

/** A channel's receiver is known by the channel's name, which no other channel ever has. */
export const receiverOf = (channelName: string): string => `${channelName}.lab`;

function changeChannels(
  step: Exclude<
    Operation,
    Mute | { do: 'route' | 'unroute' | 'acknowledge' | 'unacknowledge' | 'close' | 'unsnooze' }
  >,
  { core, records, newNumber }: Target,
): unknown {
  const channels = records.channels();
  if (step.do === 'add channel') {
    if (channels.length >= CHANNELS_MAX) return null;
    const name = `c${newNumber()}`;
    const fallbackChannelId = step.fallback ? (channels[0]?.id ?? null) : null;
    const retry = { baseMs: MINUTE_MS, capMs: 60 * MINUTE_MS, maxAttempts: step.attempts };
    const input = {
      kind: 'webhook',
      name,
      config: { url: `http://${receiverOf(name)}/hook` },
      retry: { ...retry, jitter: true },
      fallbackChannelId,
      resolveOnlyIfDelivered: step.strict,
      ...(step.limited && { rateLimit: { count: 3, perMs: MINUTE_MS } }),
    };
    return core.channels.collection.create(channelInput.parse(input), ACTOR);
  }
  if (!('pick' in step)) return null;
  const channel = picked(channels, step.pick);
  if (!channel) return null;
  const { id, name } = channel;
  switch (step.do) {
    case 'edit channel': {
      const config = { url: `http://${receiverOf(name)}/hook${step.pick}` };
      const retry = { maxAttempts: (step.pick % 5) + 1 };
      return core.channels.collection.update({ id, config, retry }, ACTOR);
    }
    case 'delete channel':
      return channels.length < 2 ? null : core.channelDeletion.delete({ id, detach: true }, ACTOR);
    case 'test channel':
      return core.notifications.test(id, ACTOR);
    case 'enable channel':
      return core.channels.collection.update({ id, enabled: true }, ACTOR);
    case 'disable channel':
      return core.channels.collection.update({ id, enabled: false }, ACTOR);
    case 'pause channel':
      return core.channelPauses.pause({ id, durationMs: Math.min(step.forMs, DAY_MS) }, ACTOR);
    case 'resume channel':
      return core.channelPauses.resume(id, ACTOR);
    default:
      return null;
  }
}
