import type { AlertEvent, AlertEventType, Explanation } from '../contract/alert.ts';
import type { Notification } from '../contract/notification.ts';
import { timeText } from '../domain/message-text.ts';
import type { ChannelReason } from '../store/alert-event-table.ts';

/** A channel as far as it explains itself. */
export interface ExplainedChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly attention: { readonly message: string; readonly holds: boolean } | null;
  readonly createdAt: number;
}

export interface Explained {
  readonly raisedAt: number;
  readonly timeline: readonly AlertEvent[];
  /** Why single channels were not notified, oldest first. */
  readonly reasons: readonly ChannelReason[];
  /** Everything owed for the alert, newest first. */
  readonly notifications: readonly Notification[];
  readonly channels: readonly ExplainedChannel[];
  /** Whether everything that was owed is still stored. */
  readonly isComplete: boolean;
}

const EVENT_WORDS: Record<Notification['event'], string> = {
  raised: 'that it fires',
  acknowledged: 'that it is acknowledged',
  resolved: 'that it is over',
  reminder: 'that it still fires',
  escalated: 'that it got worse or stayed open',
  flapping_started: 'that it flaps',
  flapping_stopped: 'that it has calmed down',
  test: 'a test',
};

/**
 * Why each channel was told of an alert or not, from stored rows alone: what was owed to it and what
 * became of that, else what the timeline says about routing and flapping at that time.
 */
export function explain(alert: Explained): Explanation[] {
  const owed = Map.groupBy(alert.notifications, ({ channelId }) => channelId);
  const gone = [...owed.keys()].filter((id) => !alert.channels.some((known) => known.id === id));
  const deleted = gone.map((id) => ({ id, name: owed.get(id)?.[0]?.channelName ?? '' }));
  return [
    ...alert.channels.map((channel) => {
      const rows = owed.get(channel.id);
      return entry(channel, rows ? ofRows(rows, channel, alert) : ofNothing(channel, alert));
    }),
    ...deleted.map(({ id, name }) => {
      const channel = { id, name, enabled: true, attention: null, createdAt: 0 };
      return entry(channel, ofRows(owed.get(id) ?? [], channel, alert));
    }),
  ];
}

type Finding = Pick<Explanation, 'verdict' | 'sentence'>;

const entry = ({ id, name }: { id: string; name: string }, finding: Finding): Explanation => ({
  channelId: id,
  channelName: name,
  ...finding,
});

/** The newest word that arrived, and what has become of the words after it. */
function ofRows(
  rows: readonly Notification[],
  channel: ExplainedChannel,
  alert: Explained,
): Finding {
  const arrived = rows.find(({ status }) => status === 'sent');
  const later = rows.filter((row) => row.status !== 'sent' && row.status !== 'cancelled');
  const [open] = later;
  if (arrived) {
    const told = `Told ${EVENT_WORDS[arrived.event]} at ${timeText(arrived.updatedAt)}${afterRetries(arrived)}.`;
    const since = ownReason(channel.id, alert, arrived.createdAt);
    const more = open ? ofOne(open, channel).sentence : since;
    return { verdict: 'told', sentence: more === undefined ? told : `${told} ${more}` };
  }
  if (open) return ofOne(open, channel);
  const [cancelled] = rows;
  return cancelled
    ? ofOne(cancelled, channel)
    : { verdict: 'not_told', sentence: 'Nothing was owed.' };
}

const afterRetries = ({ retryCount }: Notification): string =>
  retryCount === 0 ? '' : `, on attempt ${retryCount + 1}`;

function ofOne(row: Notification, channel: ExplainedChannel): Finding {
  const what = EVENT_WORDS[row.event];
  const because = row.lastError === null ? '' : ` (${row.lastError})`;
  switch (row.status) {
    case 'sent':
    case 'sending':
      return { verdict: 'waiting', sentence: `Being told ${what} at this moment.` };
    case 'pending':
    case 'failed':
      return { verdict: 'waiting', sentence: waitingText(row, what, because, channel) };
    case 'dead':
      return {
        verdict: 'not_told',
        sentence: `Not told ${what}: given up after attempt ${row.retryCount} of ${row.maxAttempts}${because}; it is among the dead letters.`,
      };
    case 'cancelled':
      return { verdict: 'not_told', sentence: cancelledText(row, what) };
  }
}

function waitingText(
  row: Notification,
  what: string,
  because: string,
  { enabled, attention }: ExplainedChannel,
): string {
  if (!enabled) return `Not yet told ${what}: the channel is disabled, so it waits.`;
  if (attention?.holds) {
    return `Not yet told ${what}: the channel needs attention, so it waits. ${attention.message}`;
  }
  if (row.hold) return `Not yet told ${what}: held by ${row.hold.detail}.`;
  if (row.nextAttemptAt !== null) {
    return `Not yet told ${what}: attempt ${row.retryCount} of ${row.maxAttempts} failed${because}; the next is at ${timeText(row.nextAttemptAt)}.`;
  }
  return `Not yet told ${what}: it waits for its turn.`;
}

function cancelledText(row: Notification, what: string): string {
  switch (row.cancelReason) {
    case 'discarded':
      return `Not told ${what}: somebody discarded it.`;
    case 'channel_deleted':
      return `Not told ${what}: the channel was deleted.`;
    case 'superseded':
    case null:
      return row.hold
        ? `Not told ${what}: something newer came while it was held by ${row.hold.detail}.`
        : `Not told ${what}: something newer came before it could be sent.`;
  }
}

/** Of nothing that was queued: this channel's own reason, else one that is everybody's; never another channel's. */
function ofNothing(channel: ExplainedChannel, alert: Explained): Finding {
  const { raisedAt, timeline, isComplete } = alert;
  if (channel.createdAt > raisedAt) {
    const sentence = `Not told: the channel was added at ${timeText(channel.createdAt)}, after the alert began.`;
    return { verdict: 'not_told', sentence };
  }
  if (!isComplete) {
    const sentence = 'Whether it was told, and why, is no longer stored.';
    return { verdict: 'not_told', sentence };
  }
  const own = ownReason(channel.id, alert);
  if (own) return { verdict: 'not_told', sentence: own };
  const general = timeline.findLast(({ detail }) => detail.startsWith(TO_NOBODY));
  if (general) {
    return { verdict: 'not_told', sentence: general.detail.replace(TO_NOBODY, 'Not told: ') };
  }
  return { verdict: 'not_told', sentence: unroutedText(channel, timeline) };
}

/** Begins what the timeline says about all channels alike. */
const TO_NOBODY = 'Told to nobody: ';

const ownReason = (
  channelId: string,
  { reasons }: Explained,
  since: number = Number.NEGATIVE_INFINITY,
): string | undefined =>
  reasons.findLast(({ at, channelIds }) => at >= since && channelIds.includes(channelId))?.sentence;

/** Whether routes were asked is on the timeline; without them every enabled channel is told. */
function unroutedText({ enabled }: ExplainedChannel, timeline: readonly AlertEvent[]): string {
  const seen = (type: AlertEventType): boolean => timeline.some((event) => event.type === type);
  if (seen('routed')) return 'Not told: no route that matched leads to this channel.';
  if (seen('flapping_started')) {
    return 'Not told: the condition flapped, and this channel knew nothing of it.';
  }
  if (!seen('raised')) return 'Not told, and what led to that is no longer stored.';
  const now = enabled ? '; it is enabled by now' : '';
  return `Not told: the channel was disabled when the alert was raised${now}.`;
}
