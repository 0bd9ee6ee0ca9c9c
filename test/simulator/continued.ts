import { receiverOf } from './operations.ts';
import type { Picture } from './picture.ts';

/** Where a new firing is not sent, the last message that its receiver accepted before takes the condition for firing. */
export function* continuedIsKnown({
  lab,
  before,
  notifications,
  channels,
}: Picture): Iterable<string> {
  const known = new Set(before?.notifications.map(({ id }) => id));
  for (const row of notifications) {
    if (row.cancel_reason !== 'continued' || known.has(row.id)) continue;
    const channel = channels.find(({ id }) => id === row.channel_id);
    if (!channel) continue;
    const earlier = notifications.filter(
      ({ channel_id, condition_id, seq }) =>
        channel_id === row.channel_id && condition_id === row.condition_id && seq < row.seq,
    );
    const alerts = new Set(earlier.map(({ alert_id }) => alert_id));
    const last = lab.seen.heard
      .get(receiverOf(channel.name))
      ?.findLast(({ alertId }) => alerts.has(alertId));
    const isKnown = last !== undefined && last.state !== 'resolved' && last.state !== 'expired';
    if (!isKnown) {
      yield `notification ${row.seq} continues ${last?.event ?? 'nothing that arrived'}`;
    }
  }
}
