import type { Output } from '../../contract/methods.ts';
import type { Status } from '../../contract/system.ts';
import type { Look } from '../output/look.ts';
import { fields } from '../output/table.ts';
import { amount, counted, localProse, localTime } from '../output/amounts.ts';

/** A count that is worth a line; null when there is nothing to count. */
const some = (count: number): string | null => (count === 0 ? null : amount(count));

const limitedText = ({ channelsRateLimited, rateLimitedUntil }: Status): string | null =>
  rateLimitedUntil === null
    ? null
    : `${counted(channelsRateLimited, 'channel')}, by the receiver until ${localTime(rateLimitedUntil)}`;

/** Null while no outbound heartbeat is set. */
function outboundText(heartbeat: Output<'system.status'>['outboundHeartbeat']): string | null {
  const { enabled, lastAcceptedAt, failingSince, problem, withheldSince, withheld } = heartbeat;
  if (!enabled) return null;
  if (withheldSince !== null) {
    return `withheld since ${localTime(withheldSince)}: ${withheld.map(({ text }) => text).join(' ')}`;
  }
  if (failingSince !== null) return `failing since ${localTime(failingSince)}: ${problem ?? ''}`;
  return lastAcceptedAt === null ? 'not sent yet' : `accepted ${localTime(lastAcceptedAt)}`;
}

/** How the instance does, in a few lines. */
export function statusText(status: Output<'system.status'>, look: Look): string {
  const { alerts, notifications, muting } = status;
  const dead = counted(notifications.dead, 'dead letter');
  return fields(
    [
      ['Version', `${status.version} (${status.host}), since ${localTime(status.startedAt)}`],
      ['Address', status.url],
      ['HTTP', status.urlProblem],
      ['Storage', status.storage.problem],
      ['Recovery', status.recovery === null ? null : localProse(status.recovery.text)],
      ['Data', status.dataDir],
      ['Backup', status.backup.problem ?? localTime(status.backup.lastAt)],
      ['Heartbeat out', outboundText(status.outboundHeartbeat)],
      ['Alerts', `${amount(alerts.open)} open, ${amount(alerts.acknowledged)} acknowledged`],
      ['Worst', alerts.worst],
      ['Flapping', some(status.flapping)],
      ['Heartbeats down', some(status.heartbeatsDown)],
      [
        'Queue',
        `${amount(notifications.pending)} pending, ${amount(notifications.sending)} sending, ${amount(notifications.failed)} failed, ${dead}`,
      ],
      [
        'Channels',
        `${amount(status.enabledChannels)} enabled, ${amount(status.channelsDown)} down`,
      ],
      ['Need attention', some(status.channelsNeedingAttention)],
      ['Rate limited', limitedText(status)],
      ['Paused channels', some(status.channelsPaused)],
      ['Silent routes', some(status.routesWithoutChannel)],
      ['Paused until', status.pausedUntil === null ? null : localTime(status.pausedUntil)],
      ['Silences', some(muting.silences)],
      ['Maintenance', some(muting.maintenanceWindows)],
      ['Quiet until', muting.quietUntil === null ? null : localTime(muting.quietUntil)],
    ],
    look,
  );
}
