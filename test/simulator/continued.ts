import type { AlertSnapshot } from '../../main/contract/notification.ts';
import { receiverOf } from './operations.ts';
import type { Picture } from './picture.ts';

/** Where a new firing is not sent, its receiver takes the condition for firing by the last message that it accepted. */
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
    const { source, host, kind, dedupKey } = JSON.parse(row.snapshot) as AlertSnapshot;
    const last = lab.seen.heard
      .get(receiverOf(channel.name))
      ?.findLast(
        (heard) =>
          heard.source === source &&
          heard.host === host &&
          heard.kind === kind &&
          heard.dedupKey === dedupKey,
      );
    const isKnown = last !== undefined && last.state !== 'resolved' && last.state !== 'expired';
    if (!isKnown)
      yield `notification ${row.seq} continues ${last?.event ?? 'nothing that arrived'}`;
  }
}
