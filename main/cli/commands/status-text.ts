import type { Output } from '../../contract/methods.ts';
import type { Reason } from '../../contract/reason.ts';
import type { Status } from '../../contract/system.ts';
import type { Messages } from '../../messages/messages.ts';
import { clusterCoreText } from '../../messages/cluster-text.ts';
import { recoveryText } from '../../messages/recovery-text.ts';
import type { Look } from '../output/look.ts';
import { fields } from '../output/table.ts';
import { localTime, sentence } from '../output/look.ts';

function limitedText(
  messages: Messages,
  { channelsRateLimited: count, rateLimitedUntil }: Status,
): string | null {
  if (rateLimitedUntil === null) return null;
  return messages.text('cli.status.rateLimited', { count, until: localTime(rateLimitedUntil) });
}

/** Null while deliveries run. */
function pauseEnd(messages: Messages, { pause }: Status): string | null {
  return pause && (localTime(pause.until) ?? messages.text('cli.status.pausedOpen'));
}

/** Null while no outbound heartbeat is set. */
function outboundText(
  messages: Messages,
  { outboundHeartbeat }: Output<'system.status'>,
): string | null {
  const { enabled, lastAcceptedAt, failingSince, reason, withheldSince, withheld } =
    outboundHeartbeat;
  if (!enabled) return null;
  if (withheldSince !== null) {
    const reasons = withheld.map((each) => sentence(messages, each.reason)).join(' ');
    const at = localTime(withheldSince);
    return messages.text('cli.status.outbound.withheld', { at, reasons });
  }
  if (failingSince !== null) {
    const failure = { at: localTime(failingSince), problem: sentence(messages, reason) };
    return messages.text('cli.status.outbound.failing', failure);
  }
  return lastAcceptedAt === null
    ? messages.text('cli.status.outbound.unsent')
    : messages.text('cli.status.outbound.accepted', { at: localTime(lastAcceptedAt) });
}

/** Null for a core that is alone. */
function clusterText(messages: Messages, { cluster }: Status): string | null {
  if (cluster === null) return null;
  const cores = cluster.cores.map((core) =>
    messages.text('cli.status.cluster.core', {
      core: core.core,
      state: clusterCoreText(messages, core, localTime),
    }),
  );
  return messages.text('cli.status.cluster', { name: cluster.name, cores: cores.join(', ') });
}

/** Returns the state of the instance, in a few lines. */
export function statusText(status: Output<'system.status'>, look: Look): string {
  const { messages } = look;
  const { alerts, notifications, muting, recovery } = status;
  const why = (reason: Reason | null) => reason && sentence(messages, reason);
  // A count of nothing is not worth a line.
  const some = (count: number) => (count === 0 ? null : messages.number(count));
  return fields(
    [
      [
        'version',
        messages.text('cli.status.version', {
          version: status.version,
          host: status.host,
          at: localTime(status.startedAt),
        }),
      ],
      ['address', status.url],
      ['http', why(status.urlReason)],
      ['mail', why(status.mail.reason) ?? status.mail.address],
      ['storage', why(status.storage.reason)],
      ['recovery', recovery === null ? null : recoveryText(messages, recovery, localTime)],
      ['data', status.dataDir],
      ['backup', why(status.backup.reason) ?? localTime(status.backup.lastAt)],
      ['cluster', clusterText(messages, status)],
      ['outbound', outboundText(messages, status)],
      ['alerts', messages.text('cli.status.alerts', alerts)],
      ['worst', alerts.worst],
      ['flapping', some(status.flapping)],
      ['heartbeatsDown', some(status.heartbeatsDown)],
      ['queue', messages.text('cli.status.queue', notifications)],
      [
        'channels',
        messages.text('cli.status.channels', {
          enabled: status.enabledChannels,
          down: status.channelsDown,
        }),
      ],
      ['attention', some(status.channelsNeedingAttention)],
      ['rateLimited', limitedText(messages, status)],
      ['pausedChannels', some(status.channelsPaused)],
      ['routesWithoutChannel', some(status.routesWithoutChannel)],
      ['pausedUntil', pauseEnd(messages, status)],
      ['silences', some(muting.silences)],
      ['maintenance', some(muting.maintenanceWindows)],
      ['quietUntil', localTime(muting.quietUntil)],
    ],
    look,
  );
}
