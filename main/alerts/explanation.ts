import type { AlertEvent, Explanation } from '../contract/alert.ts';
import type { Notification } from '../contract/notification.ts';
import { timeText } from '../domain/message-text.ts';

/** A channel as far as it explains itself. */
export interface ExplainedChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}

export interface Explained {
  readonly raisedAt: number;
  readonly timeline: readonly AlertEvent[];
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
      return entry(channel, rows ? ofRows(rows) : ofNothing(channel, alert));
    }),
    ...deleted.map((channel) => entry(channel, ofRows(owed.get(channel.id) ?? []))),
  ];
}

type Finding = Pick<Explanation, 'verdict' | 'sentence'>;

const entry = ({ id, name }: { id: string; name: string }, finding: Finding): Explanation => ({
  channelId: id,
  channelName: name,
  ...finding,
});

/** The newest word that arrived, and what has become of the words after it. */
function ofRows(rows: readonly Notification[]): Finding {
  const arrived = rows.find(({ status }) => status === 'sent');
  const later = rows.filter((row) => row.status !== 'sent' && row.status !== 'cancelled');
  const [open] = later;
  if (arrived) {
    const told = `Told ${EVENT_WORDS[arrived.event]} at ${timeText(arrived.updatedAt)}${afterRetries(arrived)}.`;
    return { verdict: 'told', sentence: open ? `${told} ${ofOne(open).sentence}` : told };
  }
  if (open) return ofOne(open);
  const [cancelled] = rows;
  return cancelled ? ofOne(cancelled) : { verdict: 'not_told', sentence: 'Nothing was owed.' };
}

const afterRetries = ({ retryCount }: Notification): string =>
  retryCount === 0 ? '' : `, on attempt ${retryCount + 1}`;

function ofOne(row: Notification): Finding {
  const what = EVENT_WORDS[row.event];
  const because = row.lastError === null ? '' : ` (${row.lastError})`;
  switch (row.status) {
    case 'sent':
    case 'sending':
      return { verdict: 'waiting', sentence: `Being told ${what} at this moment.` };
    case 'pending':
    case 'failed':
      return { verdict: 'waiting', sentence: waitingText(row, what, because) };
    case 'dead':
      return {
        verdict: 'not_told',
        sentence: `Not told ${what}: given up after attempt ${row.retryCount} of ${row.maxAttempts}${because}; it is among the dead letters.`,
      };
    case 'cancelled':
      return { verdict: 'not_told', sentence: cancelledText(row, what) };
  }
}

function waitingText(row: Notification, what: string, because: string): string {
  if (row.held) return `Not yet told ${what}: the channel is disabled, so it waits.`;
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

function ofNothing(
  channel: ExplainedChannel,
  { raisedAt, timeline, isComplete }: Explained,
): Finding {
  if (channel.createdAt > raisedAt) {
    const sentence = `Not told: the channel was added at ${timeText(channel.createdAt)}, after the alert began.`;
    return { verdict: 'not_told', sentence };
  }
  if (!isComplete) {
    const sentence = 'Whether it was told, and why, is no longer stored.';
    return { verdict: 'not_told', sentence };
  }
  const routed = timeline.findLast(({ type }) => type === 'routed' || type === 'dropped');
  if (routed) {
    const why = routed.detail.replace(/^Told to nobody: /, 'Not told: ');
    const sentence = why === routed.detail ? `Not told. ${why}` : why;
    return { verdict: 'not_told', sentence };
  }
  if (timeline.some(({ type }) => type === 'raised')) {
    const now = channel.enabled ? '; it is enabled by now' : '';
    return {
      verdict: 'not_told',
      sentence: `Not told: the channel was disabled when the alert was raised${now}.`,
    };
  }
  return { verdict: 'not_told', sentence: 'Not told, and what led to that is no longer stored.' };
}
